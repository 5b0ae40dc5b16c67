import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sha256, type Digest } from '@buildog/oci';
import type { InlineOperation } from '../graph/Operation';
import type { Entry, FileTree } from '../layers/FileTree';
import { comparePaths } from '../layers/path/comparePaths';
import { parentOf } from '../layers/path/parentOf';

/** Where the content of a file is. */
export type Content = Uint8Array | { readonly localPath: string };

/** A tree whose entries are known; contents are in memory or in local files. */
export class MemoryTree implements FileTree {
  /** A tree with nothing in it. */
  static readonly empty = new MemoryTree([]);

  private readonly entries = new Map<string, Entry>();
  private readonly contents = new Map<string, Content>();
  private readonly children = new Map<string, Entry[]>();

  constructor(
    files: readonly { readonly entry: Entry; readonly content?: Content }[],
  ) {
    for (const { entry, content } of files) {
      this.entries.set(entry.path, entry);
      if (content) this.contents.set(entry.path, content);
      else this.contents.delete(entry.path);
    }
    for (const entry of this.entries.values()) {
      if (entry.path === '') continue;
      const parent = parentOf(entry.path);
      this.children.set(parent, [...(this.children.get(parent) ?? []), entry]);
    }
    for (const list of this.children.values()) {
      list.sort((a, b) => comparePaths(a.path, b.path));
    }
  }

  /** Files of one folder, root's, mode 0644 unless they say otherwise. */
  static of(files: InlineOperation['files'], mtime: number): MemoryTree {
    return new MemoryTree(
      files.map(({ name, content, mode = 0o644 }) => {
        const bytes = Buffer.from(content);
        return {
          content: bytes,
          entry: {
            path: name,
            type: 'file',
            mode,
            uid: 0,
            gid: 0,
            size: bytes.length,
            mtime,
          },
        };
      }),
    );
  }

  async lookup(path: string): Promise<Entry | undefined> {
    return this.entries.get(path);
  }

  async list(path: string): Promise<readonly Entry[]> {
    return this.children.get(path) ?? [];
  }

  async open({ path }: Entry): Promise<Readable> {
    const content = this.contents.get(path) ?? Buffer.alloc(0);
    return content instanceof Uint8Array
      ? Readable.from([content])
      : createReadStream(content.localPath);
  }

  async digest(entry: Entry): Promise<Digest> {
    const content = this.contents.get(entry.path);
    if (content instanceof Uint8Array) return sha256(content);
    const hash = createHash('sha256');
    await pipeline(await this.open(entry), hash);
    return `sha256:${hash.digest('hex')}` as Digest;
  }

  async localPath({ path }: Entry): Promise<string | undefined> {
    const content = this.contents.get(path);
    return content && !(content instanceof Uint8Array)
      ? content.localPath
      : undefined;
  }
}
