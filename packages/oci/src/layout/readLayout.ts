import { OciError } from '../errors/OciError';
import { Layout, LayoutLimits } from './Layout';

/** @public */
export interface ReadLayoutOptions {
  readonly limits?: Partial<LayoutLimits>;
  /** Layer media types to allow besides the usual tar ones. */
  readonly extraLayerMediaTypes?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Reads an OCI image layout as if an attacker had written it.
 *
 * @throws {@link OciError} `invalidLayout`, `tooLarge`, `digestMismatch`,
 * `unsupported`, `aborted`
 * @public
 */
export async function readLayout(
  _directory: string,
  _options: ReadLayoutOptions = {},
): Promise<Layout> {
  throw new OciError('unsupported', 'being written');
}
