import { Readable } from 'node:stream';
import type { Entry } from '../FileTree';
import type { LayerChange } from '../LayerChange';

/** An entry: a small file unless it says otherwise. */
export function entryAt(path: string, more: Partial<Entry> = {}): Entry {
  return {
    path,
    type: 'file',
    mode: more.type === 'directory' ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 1,
    ...more,
  };
}

/** A change that makes a file with a content. */
export function putFile(
  path: string,
  content: string | Buffer,
  more: Partial<Entry> = {},
): LayerChange {
  const bytes = Buffer.from(content);
  return {
    kind: 'put',
    entry: entryAt(path, { size: bytes.length, ...more }),
    open: async () => Readable.from([bytes], { objectMode: false }),
  };
}

/** A change without content. */
export function putEntry(path: string, more: Partial<Entry>): LayerChange {
  return { kind: 'put', entry: entryAt(path, more) };
}

/** Changes as a store takes them. */
export async function* changesOf(
  ...changes: readonly LayerChange[]
): AsyncGenerator<LayerChange> {
  yield* changes;
}

/** Everything of a stream as text. */
export async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
