import type { RegistryHostOptions } from '@buildog/oci';
import type { Limits, NetworkMode } from '../execute/Executor';
import type { ExtraHost } from '../graph/Operation';
import type { Compression } from '../layers/LayerStore';

/** Where a secret's value is. @public */
export type SecretSource =
  | { readonly file: string }
  | { readonly env: string }
  | { readonly value: Uint8Array };

/** What to make of the images. @public */
export type OutputOptions =
  /** An OCI image layout: a folder, or a tar archive of it. */
  | {
      readonly type: 'oci';
      readonly destination: string;
      readonly tar: boolean;
    }
  /** A tar archive as `docker load` takes it; one platform only. */
  | { readonly type: 'docker'; readonly destination: string }
  /** The files of the image in a folder; with several platforms one folder in it for each. */
  | { readonly type: 'local'; readonly destination: string }
  /** The files of the image in a tar archive; one platform only. */
  | { readonly type: 'tar'; readonly destination: string }
  /** A push under the build's tags. */
  | { readonly type: 'registry' };

/** Which executor runs `RUN` steps; `auto` takes the best one that this machine has. @public */
export type ExecutorChoice =
  | 'auto'
  | 'rootless'
  | 'local'
  | 'chroot'
  | 'container';

/** How registries are reached. @public */
export interface RegistryOptions {
  /** By host as it stands in references: mirrors, plain http, authorities, … */
  readonly hosts?: Readonly<Record<string, RegistryHostOptions>>;
  /** Credentials by host, tried before those of the environment. */
  readonly credentials?: Readonly<Record<string, RegistryLogin>>;
  /** PEM certificates to trust besides the usual ones. */
  readonly ca?: string;
  /** Tries of one request. Default: 5. */
  readonly attempts?: number;
}

/** A credential for one registry host. @public */
export type RegistryLogin =
  | { readonly username: string; readonly password: string }
  | { readonly token: string }
  /** A docker config. */
  | { readonly file: string };

/** A cache in a registry: `registry/repository[:tag]`. @public */
export interface RegistryCacheOptions {
  readonly reference: string;
}

/**
 * A build. Only the context is needed; without an output nothing is kept but the
 * cache.
 *
 * @public
 */
export interface BuildOptions {
  /** A folder, a git address (`https://….git#ref:folder`) or the address of a tar archive. */
  readonly context: string;
  /** Path of the Dockerfile, from the context or the working directory. Default: `Dockerfile`. */
  readonly dockerfile?: string;
  /** The Dockerfile itself, instead of a path. */
  readonly dockerfileText?: string;
  /** Name to folder, git address, `docker-image://reference` or `oci-layout://folder[:tag]`. */
  readonly buildContexts?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** `os/architecture[/variant]`. Default: this machine's. */
  readonly platforms?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** References that a push moves, and names in archives. */
  readonly tags?: readonly string[];
  readonly outputs?: readonly OutputOptions[];
  /** Seconds since 1970: later times of files are cut to it, and the images' own are it. */
  readonly sourceDateEpoch?: number;
  /** Default: gzip, level 6. */
  readonly compression?: Compression;

  /** Default: `$XDG_CACHE_HOME/ossb` or `~/.cache/ossb`. */
  readonly cacheDir?: string;
  readonly noCache?: boolean;
  readonly cacheFrom?: readonly RegistryCacheOptions[];
  readonly cacheTo?: readonly RegistryCacheOptions[];

  /** Default: `auto`. */
  readonly executor?: ExecutorChoice;
  /** Default: `proxy`. */
  readonly network?: NetworkMode;
  /** Addresses the proxy lets through although they are private: `host` or `host:port`. */
  readonly allowAddresses?: readonly string[];
  /** What a Dockerfile may ask for: `network.host`, `security.insecure`. */
  readonly allow?: readonly string[];
  readonly limits?: Limits;
  readonly extraHosts?: readonly ExtraHost[];
  readonly hostname?: string;
  /** Steps at once. Default: one for each CPU, at least two. */
  readonly parallel?: number;
  readonly secrets?: Readonly<Record<string, SecretSource>>;
  /** Id to socket of an ssh agent. */
  readonly ssh?: Readonly<Record<string, string>>;
  readonly registries?: RegistryOptions;
}
