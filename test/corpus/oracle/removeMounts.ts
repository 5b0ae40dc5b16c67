import { readFile, rm } from 'node:fs/promises';
import { run } from '../../cluster/system/run.ts';

/** Unmounts whatever is still mounted below a folder, the innermost first, and removes the folder. */
export async function removeWithMounts(folder: string): Promise<void> {
  for (const mount of (await mountsBelow(folder)).reverse())
    await run('umount', ['--lazy', mount]);
  await rm(folder, { recursive: true, force: true });
}

/** All mount points below a folder, in the order they were mounted. */
export async function mountsBelow(folder: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines
    .map(line => line.split(' ')[4] ?? '')
    .filter(path => path.startsWith(`${folder}/`));
}
