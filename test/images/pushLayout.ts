import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegistryState } from '../cluster/clusterState.ts';
import { imageOfLayout } from '../cluster/images/ociLayout.ts';
import { run } from '../cluster/system/run.ts';

/**
 * Pushes a layout into a plain http registry with skopeo. Blobs that are
 * there already are not sent again.
 *
 * @returns the image's reference with its digest
 */
export async function pushLayout(
  layout: string,
  registry: RegistryState,
  repository: string,
): Promise<string> {
  const { host, username, password } = registry;
  const folder = await mkdtemp(join(tmpdir(), 'buildog-push-'));
  const authFile = join(folder, 'auth.json');
  try {
    // In a file: the arguments of a process can be read by everybody.
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    await writeFile(authFile, JSON.stringify({ auths: { [host]: { auth } } }), {
      mode: 0o600,
    });
    await run('skopeo', [
      ...['--insecure-policy', 'copy', '--preserve-digests'],
      ...['--dest-tls-verify=false', '--authfile', authFile],
      ...[`oci:${layout}`, `docker://${host}/${repository}:latest`],
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const { digest } = await imageOfLayout(layout);
  return `${host}/${repository}@${digest}`;
}
