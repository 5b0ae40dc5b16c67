import { CallOptions } from './callOptions';
import { RegistryEndpoint } from './RegistryEndpoint';

/** Deletes a manifest, tag or blob (`manifests/…`, `blobs/…`). */
export async function remove(
  endpoint: RegistryEndpoint,
  repository: string,
  target: string,
  options: CallOptions,
): Promise<void> {
  const response = await endpoint.request({
    method: 'DELETE',
    target,
    repository,
    actions: ['delete'],
    expect: [200, 202, 204],
    action: `delete ${target}`,
    signal: options.signal,
  });
  await response.discard();
}
