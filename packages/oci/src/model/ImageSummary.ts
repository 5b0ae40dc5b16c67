import { Digest } from '../digest/Digest';
import { Descriptor } from './Descriptor';
import { Platform } from './Platform';

/**
 * One image manifest of a push.
 *
 * @public
 */
export interface PushedManifest {
  /** Of the manifest. */
  readonly digest: Digest;
  /** Of the manifest. */
  readonly mediaType: string;
  /** From the image config; absent when the config names none. */
  readonly platform?: Platform;
  /** Bytes of config and layers together, as stored (compressed). */
  readonly size: number;
  /** Of the image config: the image id. */
  readonly configDigest: Digest;
}

/**
 * What a push put into the registry.
 *
 * @public
 */
export interface PushResult {
  /** Digest of the root: an image manifest, or an index. */
  readonly digest: Digest;
  /** Of the manifest. */
  readonly mediaType: string;
  /** Bytes of the root manifest itself. */
  readonly size: number;
  /** The image manifests, each once, in the order the root lists them. */
  readonly manifests: readonly PushedManifest[];
}

/**
 * One image as the registry has it.
 *
 * @public
 */
export interface VerifiedManifest extends PushedManifest {
  /** `created` of the config, RFC 3339, as written there. */
  readonly created?: string;
  /** Labels of the config; empty when there are none. */
  readonly labels: Readonly<Record<string, string>>;
  /** Layers from the base up, with their sizes in the registry. */
  readonly layers: readonly Descriptor[];
}

/**
 * What {@link verifyImage} read back.
 *
 * @public
 */
export interface VerifiedImage {
  /** Of the manifest. */
  readonly digest: Digest;
  /** Of the manifest. */
  readonly mediaType: string;
  /** Bytes of the root manifest itself. */
  readonly size: number;
  /** The image manifests, each once, in the order the root lists them. */
  readonly manifests: readonly VerifiedManifest[];
}
