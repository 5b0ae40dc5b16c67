import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Runs `work` while no other process on this machine holds the lock on `file`.
 * Waits without limit. The kernel lets go of it when this process ends, however
 * it ends, so a lock is never left behind.
 *
 * `flock` holds it around a `cat` that answers one byte as soon as it runs and
 * ends when our end of its pipe closes: Node itself has no file locks.
 */
export async function withFileLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait?: () => void,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const holder = spawn('flock', ['--exclusive', file, 'cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = onWait && setTimeout(onWait, 500);
  try {
    await new Promise<void>((resolve, reject) => {
      holder.once('error', reject);
      holder.once('exit', code =>
        reject(new Error(`flock ${file} ended with ${code}`)),
      );
      holder.stdout.once('data', () => resolve());
      holder.stdin.write('.');
    });
    clearTimeout(waiting);
    return await work();
  } finally {
    clearTimeout(waiting);
    holder.removeAllListeners('exit');
    holder.once('exit', () => {});
    holder.stdin.end();
    holder.stdout.destroy();
  }
}
