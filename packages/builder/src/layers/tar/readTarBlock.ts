import { nameFromBytes } from '../path/nameBytes';
import { brokenArchive } from './brokenArchive';

/** Bytes of a block: headers are one, contents are filled up to whole ones. */
export const TAR_BLOCK = 512;

/** One header block as it stands, before extended headers are applied. */
export interface TarBlock {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly linkName: string;
  readonly device: readonly [number, number];
}

const zeroBlock = Buffer.alloc(TAR_BLOCK);

/**
 * Reads a header block (ustar, GNU or old). Undefined for the block of zeros
 * that ends an archive.
 *
 * @throws {@link BuilderError} `manifest`
 */
export function readTarBlock(block: Buffer): TarBlock | undefined {
  if (block[0] === 0 && block.equals(zeroBlock)) return undefined;
  checkSum(block);
  const magic = block.toString('latin1', 257, 265);
  // Only POSIX has a prefix there; GNU keeps times in its place.
  const prefix = magic === 'ustar\x0000' ? textField(block, 345, 155) : '';
  const name = textField(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: String.fromCharCode(block[156] || 0x30),
    mode: numberField(block, 100, 8, 'mode'),
    uid: numberField(block, 108, 8, 'uid'),
    gid: numberField(block, 116, 8, 'gid'),
    size: numberField(block, 124, 12, 'size'),
    mtime: numberField(block, 136, 12, 'mtime'),
    linkName: textField(block, 157, 100),
    device: magic.startsWith('ustar')
      ? [
          numberField(block, 329, 8, 'device'),
          numberField(block, 337, 8, 'device'),
        ]
      : [0, 0],
  };
}

function textField(block: Buffer, start: number, length: number): string {
  const end = block.indexOf(0, start);
  return nameFromBytes(
    block.subarray(
      start,
      end < 0 ? start + length : Math.min(end, start + length),
    ),
  );
}

function numberField(
  block: Buffer,
  start: number,
  length: number,
  what: string,
): number {
  if (block[start] >= 0x80) return binaryField(block, start, length, what);
  let value = 0;
  let i = start;
  const end = start + length;
  while (i < end && block[i] === 0x20) i += 1;
  for (; i < end; i += 1) {
    const byte = block[i];
    if (byte === 0 || byte === 0x20) break;
    if (byte < 0x30 || byte > 0x37) {
      throw brokenArchive(`a ${what} that is no octal number`);
    }
    value = value * 8 + (byte - 0x30);
  }
  return value;
}

/** GNU's binary numbers: the first bit says so, the next is the sign. */
function binaryField(
  block: Buffer,
  start: number,
  length: number,
  what: string,
): number {
  const negative = (block[start] & 0x40) !== 0;
  let value = BigInt(block[start] & 0x7f);
  for (let i = start + 1; i < start + length; i += 1) {
    value = (value << 8n) | BigInt(block[i]);
  }
  if (negative) value -= 1n << BigInt(length * 8 - 1);
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw brokenArchive(`a ${what} that is too large`);
  }
  return number;
}

function checkSum(block: Buffer): void {
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < TAR_BLOCK; i += 1) {
    const byte = i >= 148 && i < 156 ? 0x20 : block[i];
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const said = numberField(block, 148, 8, 'checksum');
  if (said !== unsigned && said !== signed) {
    throw brokenArchive('a header with a wrong checksum');
  }
}
