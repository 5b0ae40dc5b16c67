import { BuilderError } from '../../errors/BuilderError';
import { bytesFromName } from '../path/nameBytes';
import { formatPaxRecords } from './paxRecords';
import { TAR_BLOCK } from './readTarBlock';
import { TarHeader, tarTypes } from './TarHeader';

const MAX_OCTAL_7 = 0o7777777;
const MAX_OCTAL_11 = 0o77777777777;

/**
 * The header blocks of one entry: ustar, after an extended header where ustar
 * cannot say it (long or non-ASCII names, large numbers, xattrs). Owners have
 * numbers only. The same entry gives the same bytes, always.
 */
export function formatTarHeader(header: TarHeader): Buffer {
  const pax = new Map<string, Buffer>();
  const number = (key: string, value: number, max: number) => {
    if (value >= 0 && value <= max) return value;
    pax.set(key, Buffer.from(String(value)));
    return 0;
  };
  const isDirectory = header.type === tarTypes.directory;
  const name = bytesFromName(isDirectory ? `${header.name}/` : header.name);
  const place = placeName(name);
  if (!place) pax.set('path', name);
  const link = bytesFromName(header.linkName);
  const linkFits = link.length <= 100 && isAscii(link);
  if (!linkFits) pax.set('linkpath', link);
  const fields: Fields = {
    name: place?.name ?? asciiTail(name),
    prefix: place?.prefix ?? Buffer.alloc(0),
    link: linkFits ? link : asciiTail(link),
    mode: header.mode,
    uid: number('uid', header.uid, MAX_OCTAL_7),
    gid: number('gid', header.gid, MAX_OCTAL_7),
    size: number('size', header.size, MAX_OCTAL_11),
    mtime: number('mtime', header.mtime, MAX_OCTAL_11),
    type: header.type,
    device: header.device,
  };
  for (const [key, value] of Object.entries(header.xattrs ?? {})) {
    pax.set(`SCHILY.xattr.${key}`, Buffer.from(value, 'base64'));
  }
  if (pax.size === 0) return formatBlock(fields);
  const records = formatPaxRecords(pax);
  return Buffer.concat([
    formatBlock({
      ...fields,
      name: Buffer.from('PaxHeaders.0/entry'),
      prefix: Buffer.alloc(0),
      link: Buffer.alloc(0),
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtime: 0,
      size: records.length,
      type: 'x',
      device: [0, 0],
    }),
    records,
    Buffer.alloc((TAR_BLOCK - (records.length % TAR_BLOCK)) % TAR_BLOCK),
    formatBlock(fields),
  ]);
}

interface Fields {
  readonly name: Buffer;
  readonly prefix: Buffer;
  readonly link: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly type: string;
  readonly device: readonly [number, number];
}

function formatBlock(fields: Fields): Buffer {
  const block = Buffer.alloc(TAR_BLOCK);
  const octal = (value: number, at: number, length: number) => {
    const digits = value.toString(8);
    if (digits.length > length - 1) {
      throw new BuilderError(
        'unsupported',
        `the device number ${value} does not fit into a layer`,
        { operation: 'layer' },
      );
    }
    block.write(digits.padStart(length - 1, '0'), at, 'latin1');
  };
  fields.name.copy(block, 0);
  octal(fields.mode, 100, 8);
  octal(fields.uid, 108, 8);
  octal(fields.gid, 116, 8);
  octal(fields.size, 124, 12);
  octal(fields.mtime, 136, 12);
  block.write(fields.type, 156, 'latin1');
  fields.link.copy(block, 157);
  block.write('ustar\x0000', 257, 'latin1');
  octal(fields.device[0], 329, 8);
  octal(fields.device[1], 337, 8);
  fields.prefix.copy(block, 345);
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (let i = 0; i < TAR_BLOCK; i += 1) sum += block[i];
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Where a name goes in ustar's two fields; undefined when it does not fit. */
function placeName(name: Buffer): { name: Buffer; prefix: Buffer } | undefined {
  if (!isAscii(name)) return undefined;
  if (name.length <= 100) return { name, prefix: Buffer.alloc(0) };
  if (name.length > 256) return undefined;
  // The slash between the two is not written; the name must not become empty.
  const from = Math.max(1, name.length - 101);
  for (let at = from; at <= 155 && at < name.length - 1; at += 1) {
    if (name[at] === 0x2f) {
      return { name: name.subarray(at + 1), prefix: name.subarray(0, at) };
    }
  }
  return undefined;
}

/** Something to read for programs that know no extended headers. */
function asciiTail(name: Buffer): Buffer {
  return Buffer.from(
    name.subarray(-100).map(byte => (byte > 126 ? 0x5f : byte)),
  );
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every(byte => byte < 0x80);
}
