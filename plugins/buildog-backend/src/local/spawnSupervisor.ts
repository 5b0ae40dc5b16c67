import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SYSTEM_PATH } from './sandbox/findProgram';
import type { AttemptFolder } from './state/AttemptFolder';

/**
 * Starts the process that runs an attempt, in a session of its own: it goes on
 * when the backend ends. It has nothing of the backend's environment and none of
 * its open files.
 *
 * @param program - Node, its arguments and the supervisor.
 * @param events - a file that is touched whenever something has changed.
 */
export async function spawnSupervisor(
  folder: AttemptFolder,
  program: readonly string[],
  events: string,
): Promise<ChildProcess> {
  const log = await open(folder.file('supervisor.log'), 'a', 0o600);
  try {
    const [node, ...args] = program;
    const child = spawn(node, [...args, folder.path, events], {
      detached: true,
      cwd: '/',
      env: {
        PATH: SYSTEM_PATH,
        HOME: dirname(dirname(folder.path)),
        LANG: 'C',
      },
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}
