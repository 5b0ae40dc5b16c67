import { Digest } from '../digest/Digest';
import { Platform } from './Platform';

/**
 * Points at content: what it is, how to address it, how long it is (OCI image
 * specification, "Content Descriptors"). `urls` and `data` are left out on
 * purpose: nothing here ever reads them.
 *
 * @public
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly platform?: Platform;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}
