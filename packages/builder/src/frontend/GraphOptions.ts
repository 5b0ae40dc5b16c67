import type { Platform } from '@buildog/oci';
import type { ExtraHost } from '../graph/Operation';

/**
 * What a name in `FROM`, `COPY --from` or `RUN --mount=from=` means instead of
 * what it would mean otherwise.
 *
 * @public
 */
export type NamedContext =
  | { readonly type: 'image'; readonly reference: string }
  /** A folder; the graph has a `context` vertex of the context's name. */
  | { readonly type: 'folder' }
  /** A stage of the same Dockerfile. */
  | { readonly type: 'stage'; readonly stage: string }
  /** A git address in the grammar of `ADD`. */
  | { readonly type: 'git'; readonly url: string };

/** What a Dockerfile is planned for. @public */
export interface GraphOptions {
  /** Name or number of the stage to build. Default: the last one. */
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** One image is planned for each. Default: the build platform. */
  readonly platforms?: readonly Platform[];
  /** What this machine runs without emulation. */
  readonly buildPlatform: Platform;
  /** Added to the labels of the image; they win over the Dockerfile's. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Seconds since 1970. Default: the build argument `SOURCE_DATE_EPOCH`, where it is given. */
  readonly sourceDateEpoch?: number;
  /** By name, which is a stage's or an image's; `name::os/arch` is for one platform only. */
  readonly namedContexts?: Readonly<Record<string, NamedContext>>;
  /** Of `RUN` steps. Default: the build argument `BUILDKIT_SANDBOX_HOSTNAME`, where it is given. */
  readonly hostname?: string;
  readonly extraHosts?: readonly ExtraHost[];
}
