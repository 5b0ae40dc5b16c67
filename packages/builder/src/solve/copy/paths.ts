import { BuilderError } from '../../errors/BuilderError';
import type { Entry } from '../../layers/FileTree';
import { parentOf } from '../../layers/path/parentOf';

export { comparePaths } from '../../layers/path/comparePaths';
export { nameOf, parentOf } from '../../layers/path/parentOf';

const MAX_LINKS = 255;

/** Joins tree paths; empty parts vanish. */
export function joinPath(...parts: readonly string[]): string {
  return parts.filter(part => part !== '').join('/');
}

/** A path as trees have it: no leading, doubled or trailing slash, no `.`, `..` never above the root. */
export function cleanPath(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names.join('/');
}

/** Byte order; that of UTF-16 units differs above the basic plane. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * Follows all symlinks of a path, the last name's too, as if the root were `/`:
 * nothing leads out of it. Names that are not there stay as they stand.
 *
 * @throws {@link BuilderError} `validation` for links in a circle
 */
export async function resolvePath(
  lookup: (path: string) => Promise<Entry | undefined>,
  path: string,
): Promise<string> {
  const rest = path.split('/').reverse();
  let at = '';
  let links = 0;
  while (rest.length > 0) {
    const name = rest.pop()!;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at = parentOf(at);
      continue;
    }
    const next = joinPath(at, name);
    const entry = await lookup(next);
    if (entry?.type !== 'symlink' || entry.link === undefined) {
      at = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) {
      throw new BuilderError(
        'validation',
        `too many symbolic links on the way to ${path}: they lead in a circle`,
      );
    }
    if (entry.link.startsWith('/')) at = '';
    rest.push(...entry.link.split('/').reverse());
  }
  return at;
}
