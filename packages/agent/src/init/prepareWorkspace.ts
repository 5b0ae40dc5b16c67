import { randomBytes } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentError } from '../program';

/**
 * Makes the hidden directory for our own files on the workspace's volume.
 * Its name cannot be guessed, so nothing in a source can collide with it.
 *
 * @throws AgentError `WorkspaceNotEmpty`: an earlier run was cut short, and
 * what it left behind must not become part of an image
 */
export async function prepareWorkspace(workspacePath: string): Promise<string> {
  const found = await readdir(workspacePath);
  if (found.some(name => name !== 'lost+found')) {
    throw new AgentError(
      'WorkspaceNotEmpty',
      'The workspace is not empty: an earlier run in this pod was cut short.',
    );
  }
  const hidden = join(
    workspacePath,
    `.buildog-${randomBytes(12).toString('hex')}`,
  );
  await mkdir(hidden, { mode: 0o700 });
  return hidden;
}
