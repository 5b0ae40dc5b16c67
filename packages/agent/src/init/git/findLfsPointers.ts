import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeEntry } from './listTree';

const FIRST_LINE = 'version https://git-lfs.github.com/spec/v1';

/**
 * Finds files that are Git LFS pointers instead of content. The pointer's
 * own text decides, not the attributes: a pointer stays one when somebody
 * forgets `.gitattributes`. Pointers are below 1024 bytes by LFS' own rules.
 *
 * @returns paths as in the entries, in their order
 */
export async function findLfsPointers(
  workTree: string,
  entries: readonly TreeEntry[],
): Promise<string[]> {
  const found: string[] = [];
  for (const { kind, size, path } of entries) {
    if (kind !== 'file' || size < 100 || size >= 1024) continue;
    if (await isPointer(workTree, path)) found.push(path);
  }
  return found;
}

async function isPointer(workTree: string, path: string): Promise<boolean> {
  const name = Buffer.from(join(workTree, '/'), 'utf8');
  const file = await open(
    Buffer.concat([name, Buffer.from(path, 'latin1')]),
    constants.O_RDONLY | constants.O_NOFOLLOW,
  );
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(FIRST_LINE.length),
      0,
      FIRST_LINE.length,
      0,
    );
    return buffer.toString('latin1', 0, bytesRead) === FIRST_LINE;
  } finally {
    await file.close();
  }
}
