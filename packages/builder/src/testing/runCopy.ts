import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CopyOperation } from '../graph/Operation';
import type { Entry, FileTree } from '../layers/FileTree';
import { solve } from '../solve/solve';
import { MemoryTree, type Content } from '../sources/MemoryTree';
import { solveTools } from './solveTools';
import { copy, vertex } from './vertices';

let counter = 0;

/** A file, or what is special about an entry. */
export type Node = string | Partial<Entry> | { bytes: Buffer };

/** A tree of paths; a text is a file's content, a path that ends in a slash a directory. */
function tree(nodes: Readonly<Record<string, Node>>): MemoryTree {
  const files = new Map<string, { entry: Entry; content?: Content }>();
  for (const [written, node] of Object.entries(nodes)) {
    const isDirectory = written.endsWith('/');
    const path = written.replace(/\/$/, '');
    const names = path.split('/');
    names.slice(0, -1).forEach((_, index) => {
      const parent = names.slice(0, index + 1).join('/');
      if (!files.has(parent)) files.set(parent, { entry: directory(parent) });
    });
    const bytes = bytesOf(node);
    const more = typeof node === 'string' || 'bytes' in node ? {} : node;
    const entry: Entry = isDirectory
      ? { ...directory(path), ...more }
      : {
          ...directory(path),
          type: 'file',
          mode: 0o644,
          size: bytes.length,
          ...more,
        };
    files.set(path, { entry, content: bytes });
  }
  return new MemoryTree([...files.values()]);
}

function bytesOf(node: Node): Buffer {
  if (typeof node === 'string') return Buffer.from(node);
  return 'bytes' in node ? (node.bytes as Buffer) : Buffer.alloc(0);
}

function directory(path: string): Entry {
  return {
    path,
    type: 'directory',
    mode: 0o755,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 3,
  };
}

/** A copy and what it works on. */
export interface Case {
  readonly from: Readonly<Record<string, Node>>;
  readonly below?: Readonly<Record<string, Node>>;
  readonly sources: readonly string[];
  readonly to: string;
  readonly more?: Partial<CopyOperation>;
}

/** Copies into a filesystem, and gives what is there afterwards: path to a short form. */
export async function runCopy(
  folder: string,
  { from, below, sources, to, more }: Case,
): Promise<Record<string, string>> {
  counter += 1;
  const at = join(folder, String(counter));
  const lower = tree(below ?? {});
  const tools = await solveTools(at, {
    contexts: { default: tree(from), lower },
  });
  const root = below
    ? copy(
        ['.'],
        '/',
        { from: vertex({ kind: 'context', name: 'lower' }) },
        { keepOwners: true },
      )
    : undefined;
  const target = copy(sources, to, { ...(root && { root }) }, more);
  const solved = await solve([target], tools, new AbortController().signal);
  const result = solved.get(target);
  if (result?.kind !== 'filesystem') throw new Error('no filesystem');
  const files = await tools.layers.tree(result.chain);
  const found = await shown(files);
  await tools.close();
  return found;
}

async function shown(
  files: FileTree,
  at = '',
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await files.list(at)) {
    const { path, type, mode, uid, gid, link } = entry;
    const owner = uid || gid ? ` ${uid}:${gid}` : '';
    const content =
      type === 'file' ? await text(await files.open(entry)) : link ?? type;
    found[path] = `${mode.toString(8)}${owner} ${content}`;
    if (type === 'directory') Object.assign(found, await shown(files, path));
  }
  return found;
}
