import { RegistryClient } from '../client/RegistryClient';
import { OciError } from '../errors/OciError';
import { PushResult } from '../model/ImageSummary';
import { PushOptions } from '../push/pushLayout';
import { Reference } from '../reference/Reference';

/**
 * Copies an image or index with everything it lists, byte for byte, between
 * repositories or registries. Within one registry blobs are mounted. When `to`
 * has a tag it is moved last.
 *
 * @public
 */
export async function copyImage(
  _client: RegistryClient,
  _from: Reference,
  _to: Reference,
  _options: PushOptions = {},
): Promise<PushResult> {
  throw new OciError('unsupported', 'being written');
}
