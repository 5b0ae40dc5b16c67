import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OciError } from '../../errors/OciError';

/**
 * Takes a directory for this process. A lock whose process has ended is taken
 * over; the process is known by its id and, where /proc says it, by the time it
 * started, since ids come again.
 *
 * @returns what gives the directory back
 * @throws OciError `invalidConfig` while another process has it
 */
export async function lockRoot(root: string): Promise<() => Promise<void>> {
  const lock = join(root, 'lock');
  const unique = () => `${lock}.${randomUUID()}`;
  const inUse = (pid: string) =>
    new OciError(
      'invalidConfig',
      `the registry's root ${root} is in use by process ${pid}: give each registry a root of its own`,
    );
  const own = `${process.pid} ${await startOf(process.pid)} ${randomUUID()}\n`;
  const mine = unique();
  await writeFile(mine, own, { mode: 0o600 });
  try {
    for (let tries = 0; ; tries++) {
      try {
        await link(mine, lock);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const held = await readFile(lock, 'utf8').catch(() => undefined);
      if (held === undefined) continue;
      const [pid, start] = held.split(' ');
      if (tries > 5 || (await isRunning(Number(pid), start))) throw inUse(pid);
      const stale = unique();
      await rename(lock, stale).catch(() => undefined);
      const taken = await readFile(stale, 'utf8').catch(() => held);
      // Somebody else took the stale lock over meanwhile: it is theirs.
      if (taken !== held) await link(stale, lock).catch(() => undefined);
      await rm(stale, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
  return async () => {
    const held = await readFile(lock, 'utf8').catch(() => undefined);
    if (held === own) await rm(lock, { force: true });
  };
}

async function isRunning(pid: number, start: string): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return (await startOf(pid)) === start;
}

/** Start time in clock ticks since boot: field 22 of /proc/PID/stat. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name, may hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '-';
  }
}
