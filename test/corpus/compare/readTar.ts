import { ByteReader } from './ByteReader.ts';

/** What an entry of a layer is. `hardlink` names another entry, the others are files of their own. */
export type TarType =
  | 'file'
  | 'hardlink'
  | 'symlink'
  | 'character'
  | 'block'
  | 'directory'
  | 'fifo';

/** One entry of a tar archive; its content is known by its digest only. */
export interface TarEntry {
  /** As the archive has it, for example `./etc/passwd` or `usr/`. */
  name: string;
  type: TarType;
  /** Permissions with set-user-id, set-group-id and sticky: twelve bits. */
  mode: number;
  uid: number;
  gid: number;
  /** Whole seconds. */
  mtime: number;
  size: number;
  /** Of the content, in hex; empty for what has none. */
  sha256: string;
  /** Target of a link, else empty. */
  linkname: string;
  /** Name to value, the value in hex: capabilities are no text. */
  xattrs: Record<string, string>;
  /** `major:minor` of a device, else empty. */
  device: string;
}

const types: Record<string, TarType> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};

const xattrPrefix = 'SCHILY.xattr.';

/** What extended headers say about the next entry. */
type Overrides = Map<string, Buffer>;

/**
 * Reads a tar archive (ustar, pax, GNU long names), entry by entry and in
 * constant memory.
 *
 * Written for this comparison because tar-stream hands out extended attributes
 * as text, in which two different capabilities can look the same.
 *
 * @throws Error for a sparse entry or one of an unknown type, and when a
 * header's checksum is wrong: nothing is skipped in silence.
 */
export async function* readTar(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<TarEntry> {
  const reader = new ByteReader(source);
  let overrides: Overrides = new Map();
  for (;;) {
    const header = await reader.read(512);
    if (!header || header.every(byte => byte === 0)) break;
    checkSum(header);
    const flag = String.fromCharCode(header[156]);
    const body = number(overrides, 'size', header, 124, 12);
    if ('xgLK'.includes(flag)) {
      const content = await padded(reader, body);
      if (flag === 'x') overrides = new Map([...overrides, ...pax(content)]);
      else if (flag === 'L') overrides.set('path', untilZero(content));
      else if (flag === 'K') overrides.set('linkpath', untilZero(content));
      continue;
    }
    const entry = describe(header, flag, overrides);
    if (entry.type === 'file') {
      entry.size = body;
      entry.sha256 = await reader.digest(body);
      await reader.read(padding(body));
    } else if (body > 0 && entry.type !== 'hardlink') {
      throw new Error(`${entry.name}: a ${entry.type} with content`);
    }
    yield entry;
    overrides = new Map();
  }
  await reader.drain();
}

function describe(header: Buffer, flag: string, over: Overrides): TarEntry {
  const prefix = field(header, 345, 155);
  const ustar = header.toString('latin1', 257, 263) === 'ustar\0';
  const short = field(header, 0, 100);
  const name =
    over.get('path')?.toString() ??
    (ustar && prefix ? `${prefix}/${short}` : short);
  const type = types[flag];
  if (!type) throw new Error(`${name}: unknown tar entry type "${flag}"`);
  const xattrs: Record<string, string> = {};
  for (const [key, value] of over) {
    if (key.startsWith('GNU.sparse')) throw new Error(`${name}: sparse entry`);
    if (key.startsWith(xattrPrefix))
      xattrs[key.slice(xattrPrefix.length)] = value.toString('hex');
  }
  const isDevice = type === 'character' || type === 'block';
  return {
    name,
    // Old archives mark a directory by its name only.
    type: type === 'file' && name.endsWith('/') ? 'directory' : type,
    mode: octal(header, 100, 8) & 0o7777,
    uid: number(over, 'uid', header, 108, 8),
    gid: number(over, 'gid', header, 116, 8),
    mtime: Math.floor(number(over, 'mtime', header, 136, 12)),
    size: 0,
    sha256: '',
    linkname: over.get('linkpath')?.toString() ?? field(header, 157, 100),
    xattrs,
    device: isDevice ? `${octal(header, 329, 8)}:${octal(header, 337, 8)}` : '',
  };
}

function number(
  over: Overrides,
  key: string,
  header: Buffer,
  offset: number,
  length: number,
): number {
  const text = over.get(key)?.toString();
  return text === undefined ? octal(header, offset, length) : Number(text);
}

/** Octal digits, or GNU's binary form for numbers that do not fit. */
function octal(header: Buffer, offset: number, length: number): number {
  if (header[offset] & 0x80) {
    let value = BigInt(header[offset] & 0x7f);
    for (let i = offset + 1; i < offset + length; i++)
      value = value * 256n + BigInt(header[i]);
    return Number(value);
  }
  const digits = field(header, offset, length).trim();
  return digits === '' ? 0 : parseInt(digits, 8);
}

function field(header: Buffer, offset: number, length: number): string {
  return untilZero(header.subarray(offset, offset + length)).toString();
}

function untilZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Records `LENGTH KEY=VALUE\n`; a value may hold any byte. */
function pax(content: Buffer): Overrides {
  const found: Overrides = new Map();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, space));
    if (!(length > 0)) throw new Error('a pax record without a length');
    const record = content.subarray(space + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    found.set(record.toString('utf8', 0, equals), record.subarray(equals + 1));
    at += length;
  }
  return found;
}

const padding = (size: number) => (512 - (size % 512)) % 512;

async function padded(reader: ByteReader, size: number): Promise<Buffer> {
  const content = await reader.read(size + padding(size));
  return (content ?? Buffer.alloc(0)).subarray(0, size);
}

function checkSum(header: Buffer): void {
  let sum = 0;
  for (const [i, byte] of header.entries())
    sum += i >= 148 && i < 156 ? 0x20 : byte;
  if (sum !== octal(header, 148, 8))
    throw new Error('a tar header with a wrong checksum');
}
