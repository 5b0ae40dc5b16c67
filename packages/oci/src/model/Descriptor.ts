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
  /** What kind of content it is. */
  readonly mediaType: string;
  /** Address of the content. */
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** What an image of an index runs on. */
  readonly platform?: Platform;
  /** What kind of artefact a manifest is, when it is no image. */
  readonly artifactType?: string;
  /** Free text of whoever wrote the descriptor. */
  readonly annotations?: Readonly<Record<string, string>>;
}
