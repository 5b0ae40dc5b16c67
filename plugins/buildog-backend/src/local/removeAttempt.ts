import { rm } from 'node:fs/promises';
import type { AttemptRef } from '@buildog/plugin-buildog-node';
import { isOwn } from './createAttempt';
import type { AttemptFolder } from './state/AttemptFolder';
import { isAlive } from './state/processIdentity';
import { removeTree } from './supervise/removeTree';

/**
 * Ends an attempt and has all of it removed. Its own process does that when
 * it is told; where there is none, we do. Another installation's is left alone.
 *
 * @param events - the file that is touched when something changes.
 */
export async function removeAttempt(
  folder: AttemptFolder,
  attempt: AttemptRef,
  gracePeriodSeconds: number,
  events: string,
): Promise<void> {
  const spec = await folder.spec();
  if (!spec || !isOwn(spec, attempt)) return;
  await folder.wishRemoval({ gracePeriodSeconds });
  const supervisor = await folder.supervisor();
  const { over } = await folder.status(spec);
  if (supervisor && !over && (await isAlive(supervisor))) {
    try {
      // Checked just before: the id is that of the process we mean.
      process.kill(supervisor.pid, 'SIGTERM');
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
  if (!supervisor && !(await takeOver(folder))) {
    // It has begun just now and reads the wish before it does anything.
    return;
  }
  await removeTree(folder.path);
  await rm(events, { force: true });
}

/** Sees to it that no process can begin any more. */
function takeOver(folder: AttemptFolder): Promise<boolean> {
  return folder.claim({ pid: 0, startTime: 'none', bootId: 'none' });
}
