import type { Readable } from 'node:stream';
import type { Digest } from '@buildog/oci';

/** What a path can be. Hard links are files that share a `linkGroup`. @public */
export type EntryType =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'fifo'
  | 'character'
  | 'block';

/**
 * What is known of one path, without its content.
 *
 * @public
 */
export interface Entry {
  /** Relative to the root, `/`-separated, no leading or trailing slash, no `.` or `..`; the root is `''`. */
  readonly path: string;
  readonly type: EntryType;
  /** Permission bits with setuid, setgid and sticky (12 bits). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes; 0 for what is no file. */
  readonly size: number;
  /** Seconds since 1970, whole. */
  readonly mtime: number;
  /** Target of a symlink, as it stands. */
  readonly link?: string;
  /** The same for all names of one file; absent for files with one name. */
  readonly linkGroup?: string;
  /** Name to value (base64). */
  readonly xattrs?: Readonly<Record<string, string>>;
  /** `[major, minor]` of a device. */
  readonly device?: readonly [number, number];
}

/**
 * Files that can be looked at and read: a build context, a git checkout, or the
 * filesystem of a stage. Never changes while it is held. Paths are relative to
 * the root; symlinks are **not** followed (see `resolveInTree`).
 *
 * @public
 */
export interface FileTree {
  /** `lstat`: what stands at that very path; undefined when nothing does. */
  lookup(path: string): Promise<Entry | undefined>;
  /** Entries of a directory, sorted by name in byte order; empty when it is none. */
  list(path: string): Promise<readonly Entry[]>;
  /** Content of a file. Each call starts anew. */
  open(entry: Entry): Promise<Readable>;
  /** sha256 of a file's content; quick when asked again. */
  digest(entry: Entry): Promise<Digest>;
  /** Path on this machine, where the file can be read directly; undefined otherwise. */
  localPath?(entry: Entry): Promise<string | undefined>;
}
