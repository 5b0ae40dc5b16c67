import { randomUUID } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';

/** Puts a file in place of what is there; readers see one or the other, whole. */
export async function writeAtomically(
  path: string,
  text: string,
): Promise<void> {
  const staged = `${path}.${randomUUID()}`;
  await writeFile(staged, text, { mode: 0o600 });
  await rename(staged, path);
}

/** Makes a file unless there is one; says whether it did. Whole or not at all. */
export async function writeOnce(path: string, text: string): Promise<boolean> {
  const staged = `${path}.${randomUUID()}`;
  await writeFile(staged, text, { mode: 0o600 });
  try {
    await link(staged, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(staged, { force: true });
  }
}
