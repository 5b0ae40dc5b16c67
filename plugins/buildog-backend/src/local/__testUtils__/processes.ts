import { readdir, readFile } from 'node:fs/promises';

/** Ids of all processes of this machine with an argument that begins so. */
export async function processesWith(word: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(
      () => '',
    );
    if (text.split('\0').some(part => part.startsWith(word))) {
      found.push(Number(name));
    }
  }
  return found;
}

/** Resolves when no process has the word any more. */
export async function untilNoneWith(word: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while ((await processesWith(word)).length > 0) {
    if (Date.now() > deadline) throw new Error(`${word} still runs`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
