import { readFileSync } from 'node:fs';
import type { Digest } from '@buildog/oci';
import type { Entry, EntryType } from '../FileTree';
import type { LayerIndex, LayerRow } from './LayerIndex';

/** Changes when the form of the file or the meaning of a row does: others are made anew. */
const VERSION = 1;
const types: readonly EntryType[] = [
  'file',
  'directory',
  'symlink',
  'fifo',
  'character',
  'block',
];

/** A row without the names of its fields: indexes are read often, and are long. */
type PackedRow = [
  path: string,
  type: number,
  mode: number,
  uid: number,
  gid: number,
  size: number,
  mtime: number,
  offset: number,
  more?: Pick<Entry, 'link' | 'xattrs' | 'device'> &
    Pick<LayerRow, 'hardLinkTo' | 'lowerLink' | 'implicit' | 'opaque'>,
];

interface IndexFile {
  readonly version: number;
  readonly diffId: Digest;
  readonly contentSize: number;
  readonly whiteouts: readonly string[];
  readonly rows: readonly PackedRow[];
}

/** Text of an index, for {@link readIndexFile}. */
export function formatIndexFile(index: LayerIndex): string {
  const { diffId, contentSize, whiteouts } = index;
  const rows = index.rows.map(pack);
  const file: IndexFile = {
    version: VERSION,
    diffId,
    contentSize,
    whiteouts,
    rows,
  };
  return JSON.stringify(file);
}

/** The index of a file; undefined when it is not there or not of this version. */
export function readIndexFile(path: string): LayerIndex | undefined {
  let file: IndexFile;
  try {
    file = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // Not there, or cut off when the machine lost power: it can be made anew.
    return undefined;
  }
  if (file?.version !== VERSION) return undefined;
  const { diffId, contentSize, whiteouts } = file;
  return { diffId, contentSize, whiteouts, rows: file.rows.map(unpackRow) };
}

function pack({ entry, offset, ...flags }: LayerRow): PackedRow {
  const { path, type, mode, uid, gid, size, mtime, ...special } = entry;
  const row: PackedRow = [
    path,
    types.indexOf(type),
    mode,
    uid,
    gid,
    size,
    mtime,
    offset,
  ];
  const more = { ...special, ...flags };
  if (Object.keys(more).length > 0) row.push(more);
  return row;
}

function unpackRow(row: PackedRow): LayerRow {
  const [path, type, mode, uid, gid, size, mtime, offset, more] = row;
  const entry = { path, type: types[type], mode, uid, gid, size, mtime };
  if (!more) return { entry, offset };
  const { link, xattrs, device, ...flags } = more;
  return {
    entry: {
      ...entry,
      ...(link !== undefined && { link }),
      ...(xattrs && { xattrs }),
      ...(device && { device }),
    },
    offset,
    ...flags,
  };
}
