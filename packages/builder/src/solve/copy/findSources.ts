import type { FileTree } from '../../layers/FileTree';
import { hasWildcard, matchSource } from '../../dockerfile/ignore/matchSource';
import { cleanPath, joinPath, nameOf, resolvePath } from './paths';
import type { Wanted } from './select';

/** Paths that one source of a copy means. */
export interface FoundSources {
  readonly paths: readonly { readonly path: string; readonly pivot: string }[];
  readonly byPattern: boolean;
}

/**
 * The paths a source means: itself, or what fits its pattern, name by name, in
 * byte order. `**` stands for any number of folders where `--parents` is given.
 * For `--parents`, what stands before `/./` is told apart.
 */
export async function findSources(
  { tree, literal, parents }: Wanted,
  source: string,
): Promise<FoundSources> {
  const cut = parents ? source.indexOf('/./') : -1;
  const prefix = cut < 0 ? '' : cleanPath(source.slice(0, cut));
  const path = cleanPath(source);
  if (literal || !hasWildcard(path)) {
    return { paths: [{ path, pivot: prefix }], byPattern: false };
  }
  const names = path.split('/');
  const found = await expand(tree, names, parents);
  const depth = prefix === '' ? 0 : prefix.split('/').length;
  return {
    byPattern: true,
    paths: found.map(match => ({
      path: match,
      pivot: match.split('/').slice(0, depth).join('/'),
    })),
  };
}

async function expand(
  tree: FileTree,
  names: readonly string[],
  deep: boolean,
): Promise<string[]> {
  let paths = new Set(['']);
  for (const [index, name] of names.entries()) {
    const next = new Set<string>();
    const isLast = index === names.length - 1;
    for (const path of paths) {
      if (deep && name === '**') {
        for (const inner of await allBelow(tree, path, isLast)) next.add(inner);
      } else if (hasWildcard(name)) {
        const directory = await resolvePath(p => tree.lookup(p), path);
        const fits = matchSource(name).matches;
        for (const entry of await tree.list(directory)) {
          const own = nameOf(entry.path);
          if (fits(own)) next.add(joinPath(path, own));
        }
      } else {
        const inner = joinPath(path, name);
        const resolved = await resolvePath(p => tree.lookup(p), inner);
        if (await tree.lookup(resolved)) next.add(inner);
      }
    }
    paths = next;
  }
  return [...paths];
}

/** A directory and all directories below it; as the last name, files too. */
async function allBelow(
  tree: FileTree,
  path: string,
  withFiles: boolean,
): Promise<string[]> {
  const found = withFiles ? [] : [path];
  for (const entry of await tree.list(path)) {
    if (entry.type === 'directory') {
      found.push(...(await allBelow(tree, entry.path, withFiles)));
    } else if (withFiles) found.push(entry.path);
  }
  return found;
}
