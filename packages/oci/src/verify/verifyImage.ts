import { CallOptions, RegistryClient } from '../client/RegistryClient';
import { OciError } from '../errors/OciError';
import { VerifiedImage } from '../model/ImageSummary';
import { Reference } from '../reference/Reference';

/**
 * Reads an image back from its own registry (never from a mirror): manifests
 * and configs with their digests verified, and asks for the size of every layer.
 *
 * @throws {@link OciError} `notFound` when the manifest, its config or a layer
 * is missing, `digestMismatch` when a size or digest differs.
 * @public
 */
export async function verifyImage(
  _client: RegistryClient,
  _reference: Reference,
  _options: CallOptions = {},
): Promise<VerifiedImage> {
  throw new OciError('unsupported', 'being written');
}
