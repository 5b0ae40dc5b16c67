import type { Entry, FileTree } from '../layers/FileTree';

/** As many symlinks as Linux follows in one path. */
const maximumLinks = 40;

/** See {@link resolveInRoot}. */
export interface ResolvedPath {
  /** Relative to the root, `/`-separated, without symlinks; the root is `''`. */
  readonly path: string;
  /** What stands there; undefined when nothing does. */
  readonly entry?: Entry;
  /** The longest part of {@link path} that exists. */
  readonly existing: string;
}

/**
 * Where a path leads inside a filesystem, as the kernel would find it after
 * `chroot`: symlinks are followed, `..` never leaves the root, and what does not
 * exist is taken literally. Undefined for a loop of symlinks and for a path
 * through something that is no directory.
 */
export async function resolveInRoot(
  tree: FileTree,
  path: string,
): Promise<ResolvedPath | undefined> {
  const todo = names(path);
  const done: string[] = [];
  let existing = '';
  let entry = await tree.lookup('');
  let missing = false;
  let links = 0;
  for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
    if (name === '..') {
      done.pop();
      entry = await tree.lookup(done.join('/'));
      missing = entry === undefined && done.length > 0;
      if (!missing) existing = done.join('/');
      continue;
    }
    if (!missing && entry && entry.type !== 'directory') return undefined;
    const here = [...done, name].join('/');
    const next = missing ? undefined : await tree.lookup(here);
    if (next?.type === 'symlink') {
      links += 1;
      if (links > maximumLinks) return undefined;
      const target = next.link ?? '';
      if (target.startsWith('/')) done.length = 0;
      todo.unshift(...names(target));
      existing = done.join('/');
      entry = await tree.lookup(existing);
      continue;
    }
    done.push(name);
    entry = next;
    if (next) existing = here;
    else missing = true;
  }
  return { path: done.join('/'), existing, ...(entry && { entry }) };
}

function names(path: string): string[] {
  return path.split('/').filter(name => name !== '' && name !== '.');
}
