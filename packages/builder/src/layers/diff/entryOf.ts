import { readlinkSync, Stats } from 'node:fs';
import type { Entry, EntryType } from '../FileTree';
import { fsPath, nameFromBytes } from '../path/nameBytes';

/** A file of this machine as an entry, without extended attributes; undefined for sockets, which no archive can hold. */
export function entryOf(
  path: string,
  localPath: string,
  stats: Stats,
): Entry | undefined {
  const type = typeOf(stats);
  if (!type) return undefined;
  const isDevice = type === 'character' || type === 'block';
  return {
    path,
    type,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    size: type === 'file' ? stats.size : 0,
    mtime: Math.floor(stats.mtimeMs / 1000),
    ...(type === 'symlink' && {
      link: nameFromBytes(readlinkSync(fsPath(localPath), 'buffer')),
    }),
    ...(isDevice && { device: deviceOf(stats) }),
  };
}

/** True for what overlayfs has in an upper directory where something was removed. */
export function isWhiteout(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0;
}

function typeOf(stats: Stats): EntryType | undefined {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isCharacterDevice()) return 'character';
  if (stats.isBlockDevice()) return 'block';
  return undefined;
}

/** Linux' makedev(3) backwards. */
function deviceOf({ rdev }: Stats): readonly [number, number] {
  const number = BigInt(rdev);
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & ~0xfffn);
  const minor = (number & 0xffn) | ((number >> 12n) & ~0xffn);
  return [Number(major), Number(minor)];
}
