import type { ImageTree, TreeEntry } from './ImageTree.ts';
import type { TarEntry } from './readTar.ts';

const whiteout = '.wh.';
const opaque = '.wh..wh..opq';

/** A file with the number of its inode: hard links share both. */
type Inode = Omit<TreeEntry, 'links'> & { readonly inode: symbol };

/**
 * A root file system that layers are applied to, from the base up, as the OCI
 * image specification ("Applying Changesets") and containerd do it: whiteouts
 * concern what lower layers brought, whatever their place in the archive; an
 * entry below a symbolic link lands where that leads, inside the root.
 */
export class FlatTree {
  readonly #files = new Map<string, Inode>([['/', implied()]]);

  /** Applies all entries of one layer. */
  apply(layer: readonly TarEntry[]): void {
    for (const entry of layer) this.#removeByWhiteout(entry);
    for (const entry of layer) this.#add(entry);
  }

  /** What the layers made, with hard links told. */
  tree(): ImageTree {
    const groups = new Map<symbol, string[]>();
    for (const [path, { inode }] of this.#files)
      groups.set(inode, [...(groups.get(inode) ?? []), path]);
    return new Map(
      [...this.#files.keys()].sort().map(path => {
        const { inode, ...entry } = this.#files.get(path)!;
        const links = groups.get(inode)!.sort();
        return [path, links.length > 1 ? { ...entry, links } : entry];
      }),
    );
  }

  #removeByWhiteout(entry: TarEntry): void {
    const { parent, base } = this.#locate(entry.name);
    if (base === opaque) this.#removeBelow(parent);
    else if (base.startsWith(whiteout))
      this.#remove(join(parent, base.slice(whiteout.length)));
  }

  #add(entry: TarEntry): void {
    const { parent, base } = this.#locate(entry.name);
    if (base.startsWith(whiteout)) return;
    this.#makeParents(parent);
    const path = base === '' ? '/' : join(parent, base);
    const before = this.#files.get(path);
    if (!(entry.type === 'directory' && before?.type === 'directory'))
      this.#remove(path);
    this.#files.set(path, this.#inodeOf(entry));
  }

  #inodeOf(entry: TarEntry): Inode {
    if (entry.type === 'hardlink') {
      const { parent, base } = this.#locate(entry.linkname);
      const target = this.#files.get(join(parent, base));
      if (!target)
        throw new Error(
          `${entry.name} is a hard link to ${entry.linkname}, which is not there`,
        );
      return target;
    }
    const { type, mode, uid, gid, mtime, xattrs } = entry;
    return {
      ...{ type, mode, uid, gid, mtime, xattrs, inode: Symbol(entry.name) },
      ...(type === 'file' && { size: entry.size, sha256: entry.sha256 }),
      ...(type === 'symlink' && { linkname: entry.linkname }),
      ...(entry.device !== '' && { device: entry.device }),
    };
  }

  /** Where an entry's name leads: its parent with all links followed, and its own name. */
  #locate(name: string): { parent: string; base: string } {
    const parts = name.split('/').filter(part => part !== '' && part !== '.');
    if (parts.includes('..'))
      throw new Error(`${name}: an entry that climbs with ".."`);
    const base = parts.pop() ?? '';
    return { parent: this.#follow(parts, 0), base };
  }

  #follow(parts: readonly string[], depth: number): string {
    if (depth > 40) throw new Error(`too many links in ${parts.join('/')}`);
    let at = '/';
    for (const [index, part] of parts.entries()) {
      if (part === '..') {
        at = dirname(at);
        continue;
      }
      const next = join(at, part);
      const found = this.#files.get(next);
      if (found?.type === 'symlink') {
        const target = found.linkname ?? '';
        const from = target.startsWith('/') ? '' : at;
        const whole = [`${from}/${target}`, ...parts.slice(index + 1)];
        const resolved = whole
          .join('/')
          .split('/')
          .filter(step => step !== '' && step !== '.');
        return this.#follow(resolved, depth + 1);
      }
      at = next;
    }
    return at;
  }

  #makeParents(path: string): void {
    const found = this.#files.get(path);
    if (found?.type === 'directory') return;
    if (found) throw new Error(`${path} is a ${found.type}, and has children`);
    this.#makeParents(dirname(path));
    this.#files.set(path, implied());
  }

  #remove(path: string): void {
    if (path === '/') return;
    if (this.#files.get(path)?.type === 'directory') this.#removeBelow(path);
    this.#files.delete(path);
  }

  #removeBelow(path: string): void {
    const prefix = path === '/' ? '/' : `${path}/`;
    for (const name of [...this.#files.keys()])
      if (name.startsWith(prefix) && name !== path) this.#files.delete(name);
  }
}

/** A directory that no layer lists, as containerd makes it. */
function implied(): Inode {
  return {
    ...{ type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: undefined },
    ...{ xattrs: {}, inode: Symbol('implied') },
  };
}

const join = (parent: string, base: string) =>
  parent === '/' ? `/${base}` : `${parent}/${base}`;

const dirname = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/';
