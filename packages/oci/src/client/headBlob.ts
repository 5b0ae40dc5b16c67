import { Digest } from '../digest/Digest';
import { CallOptions } from './callOptions';
import { RegistryEndpoint } from './RegistryEndpoint';

/** Asks whether a repository has a blob, and how long it is. */
export async function headBlob(
  endpoint: RegistryEndpoint,
  repository: string,
  digest: Digest,
  options: CallOptions & {
    readonly forPush?: boolean;
    readonly retry?: boolean;
  },
): Promise<{ readonly size?: number } | undefined> {
  const response = await endpoint.request({
    method: 'HEAD',
    target: `blobs/${digest}`,
    repository,
    // The same token as the upload that may follow.
    actions: options.forPush ? ['pull', 'push'] : ['pull'],
    expect: [200, 404],
    action: `find blob ${digest}`,
    signal: options.signal,
    retry: options.retry,
  });
  await response.discard();
  if (response.status === 404) return undefined;
  const size = response.contentLength();
  return size === undefined ? {} : { size };
}
