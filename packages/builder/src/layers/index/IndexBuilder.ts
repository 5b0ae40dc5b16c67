import type { Digest } from '@buildog/oci';
import { BuilderError } from '../../errors/BuilderError';
import type { EntryType } from '../FileTree';
import { childOf } from '../path/parentOf';
import { comparePaths } from '../path/comparePaths';
import { splitArchivePath } from '../path/splitArchivePath';
import { brokenArchive } from '../tar/brokenArchive';
import { TarHeader, tarTypes, TarType } from '../tar/TarHeader';
import type { LayerIndex, LayerRow } from './LayerIndex';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** Other names of AUFS that mean nothing in a layer. */
const AUFS = '.wh..wh.';
const MAX_LINKS = 40;

/** What a layer may hold at most. @public */
export interface LayerLimits {
  readonly maxEntries: number;
  /** Bytes, uncompressed. */
  readonly maxUnpackedBytes: number;
}

/** A file, whatever its names. */
interface Inode {
  readonly header: TarHeader | undefined;
  readonly offset: number;
  readonly lowerLink?: string;
}

interface Node {
  inode: Inode;
  children?: Map<string, Node>;
  opaque: boolean;
  removed?: Set<string>;
}

const entryTypes: Readonly<Record<Exclude<TarType, '1'>, EntryType>> = {
  [tarTypes.file]: 'file',
  [tarTypes.symlink]: 'symlink',
  [tarTypes.character]: 'character',
  [tarTypes.block]: 'block',
  [tarTypes.directory]: 'directory',
  [tarTypes.fifo]: 'fifo',
};

/**
 * Makes the index of a layer from what its archive says. Everything an archive
 * can do to escape or to confuse is settled here, in memory: links in parent
 * paths are followed inside the layer as a container would follow them, of two
 * entries for one path the last counts, and whiteouts concern lower layers only
 * (OCI image specification, "Layer").
 */
export class IndexBuilder {
  private readonly root: Node = directory();
  private entries = 0;
  private contentSize = 0;

  constructor(private readonly limits: LayerLimits) {}

  /** The next entry of the archive. */
  add(header: TarHeader, offset: number): void {
    this.entries += 1;
    this.contentSize += header.size;
    if (this.entries > this.limits.maxEntries) {
      throw tooMuch(`more than ${this.limits.maxEntries} entries`);
    }
    if (this.contentSize > this.limits.maxUnpackedBytes) {
      throw tooMuch(`more than ${this.limits.maxUnpackedBytes} bytes of files`);
    }
    const names = splitArchivePath(header.name);
    const name = names.pop();
    if (name === undefined) {
      if (header.type !== tarTypes.directory) {
        throw brokenArchive('its root is no directory');
      }
      this.root.inode = { header, offset: -1 };
      return;
    }
    const parent = this.enter(names);
    if (name.startsWith(WHITEOUT)) addWhiteout(parent, name);
    else this.place(parent, name, header, offset);
  }

  /** What the archive held. */
  finish(diffId: Digest): LayerIndex {
    const rows: LayerRow[] = [];
    const whiteouts: string[] = [];
    const firstNames = new Map<Inode, string>();
    const visit = (node: Node, path: string) => {
      rows.push(rowOf(node, path, firstNames));
      for (const name of node.removed ?? []) {
        const child = node.children?.get(name);
        // Removed and there again: only a directory would show what was there.
        if (child?.children) child.opaque = true;
        if (!child) whiteouts.push(childOf(path, name));
      }
      const children = [...(node.children ?? [])];
      children.sort(([a], [b]) => comparePaths(a, b));
      for (const [name, child] of children) visit(child, childOf(path, name));
    };
    visit(this.root, '');
    whiteouts.sort(comparePaths);
    return { diffId, contentSize: this.contentSize, rows, whiteouts };
  }

  /** The directory with these names, through symlinks of this layer; made where it is missing. */
  private enter(names: readonly string[]): Node {
    const trail: Node[] = [this.root];
    const left = [...names].reverse();
    for (let links = 0; left.length > 0; ) {
      const name = left.pop() ?? '';
      if (name === '..') {
        if (trail.length > 1) trail.pop();
        continue;
      }
      const here = trail[trail.length - 1];
      let child = here.children?.get(name);
      if (child?.inode.header?.type === tarTypes.symlink) {
        links += 1;
        if (links > MAX_LINKS)
          throw brokenArchive('symbolic links that lead nowhere');
        const { linkName } = child.inode.header;
        if (linkName.startsWith('/')) trail.length = 1;
        const steps = linkName.split('/').filter(step => step && step !== '.');
        left.push(...steps.reverse());
        continue;
      }
      if (!child) {
        child = directory();
        here.children?.set(name, child);
      }
      if (!child.children) {
        throw brokenArchive(
          'a path goes through something that is no directory',
        );
      }
      trail.push(child);
    }
    return trail[trail.length - 1];
  }

  private place(
    parent: Node,
    name: string,
    header: TarHeader,
    offset: number,
  ): void {
    const siblings = parent.children as Map<string, Node>;
    const existing = siblings.get(name);
    if (header.type === tarTypes.directory) {
      const node = existing?.children ? existing : directory();
      node.inode = { header, offset: -1 };
      siblings.set(name, node);
      return;
    }
    const inode =
      header.type === tarTypes.hardLink
        ? this.linked(header)
        : { header, offset: header.type === tarTypes.file ? offset : -1 };
    if (existing?.inode === inode) return;
    siblings.set(name, { inode, opaque: false });
  }

  /** The file a hard link names: of this layer, or else of a lower one. */
  private linked(header: TarHeader): Inode {
    const names = splitArchivePath(header.linkName);
    const name = names.pop();
    if (name === undefined) throw brokenArchive('a hard link to a directory');
    const target = this.find(names)?.children?.get(name);
    if (!target) {
      const lowerLink = [...names, name].join('/');
      return { header, offset: -1, lowerLink };
    }
    if (target.children) throw brokenArchive('a hard link to a directory');
    return target.inode;
  }

  /** A directory of this layer, not through symlinks; nothing is made. */
  private find(names: readonly string[]): Node | undefined {
    let node: Node | undefined = this.root;
    for (const name of names) node = node?.children?.get(name);
    return node;
  }
}

function directory(): Node {
  return {
    inode: { header: undefined, offset: -1 },
    children: new Map(),
    opaque: false,
  };
}

function addWhiteout(parent: Node, name: string): void {
  if (name === OPAQUE) {
    parent.opaque = true;
    return;
  }
  if (name.startsWith(AUFS)) return;
  const removed = name.slice(WHITEOUT.length);
  if (removed === '' || removed === '.' || removed === '..') {
    throw brokenArchive('a whiteout without a name');
  }
  parent.removed ??= new Set();
  parent.removed.add(removed);
}

function rowOf(
  node: Node,
  path: string,
  firstNames: Map<Inode, string>,
): LayerRow {
  const { inode } = node;
  const { header } = inode;
  if (!header) {
    const entry = {
      path,
      type: 'directory',
      mode: 0o755,
      uid: 0,
      gid: 0,
      size: 0,
      mtime: 0,
    } as const;
    return {
      entry,
      offset: -1,
      implicit: true,
      ...(node.opaque && { opaque: true }),
    };
  }
  const type =
    header.type === tarTypes.hardLink ? 'file' : entryTypes[header.type];
  const isDevice = type === 'character' || type === 'block';
  const firstName = type === 'file' ? firstNames.get(inode) : undefined;
  if (type === 'file' && firstName === undefined) firstNames.set(inode, path);
  return {
    entry: {
      path,
      type,
      mode: header.mode,
      uid: header.uid,
      gid: header.gid,
      size: header.size,
      mtime: header.mtime,
      ...(type === 'symlink' && { link: header.linkName }),
      ...(header.xattrs && { xattrs: header.xattrs }),
      ...(isDevice && { device: header.device }),
    },
    offset: inode.offset,
    ...(firstName !== undefined && { hardLinkTo: firstName }),
    ...(inode.lowerLink !== undefined && { lowerLink: inode.lowerLink }),
    ...(node.opaque && { opaque: true }),
  };
}

function tooMuch(what: string): BuilderError {
  return new BuilderError(
    'resource',
    `a layer holds ${what}: raise the builder's limits if that is meant`,
    { operation: 'layer' },
  );
}
