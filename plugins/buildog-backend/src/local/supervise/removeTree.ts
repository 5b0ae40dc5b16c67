import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { requireProgram } from '../sandbox/findProgram';
import { userNamespace } from '../sandbox/userNamespace';

/**
 * Removes what a step left behind. Its files may belong to ids that only a user
 * namespace makes ours. Nothing is followed out of the folder.
 */
export async function removeTree(path: string): Promise<void> {
  const namespace = userNamespace();
  if (namespace.length > 0) {
    // What is left then is ours to remove, or the error says why not.
    await promisify(execFile)(requireProgram('unshare'), [
      ...namespace,
      '--',
      ...[requireProgram('rm'), '-rf', '--one-file-system', '--', path],
    ]).catch(() => undefined);
  }
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
