/** What lies at one path of an image's file system. */
export interface TreeEntry {
  type: 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo';
  /** Twelve bits. */
  mode: number;
  uid: number;
  gid: number;
  /** Whole seconds; `undefined` for a directory that no layer lists. */
  mtime: number | undefined;
  /** Of a file, in bytes. */
  size?: number;
  /** Of a file's content, in hex. */
  sha256?: string;
  /** Target of a symbolic link. */
  linkname?: string;
  /** All paths that are this same file, sorted, when there are several. */
  links?: readonly string[];
  /** Name to value in hex. */
  xattrs: Readonly<Record<string, string>>;
  /** `major:minor` of a device. */
  device?: string;
}

/** The file system of an image: path (absolute, `/` first, no slash at the end) to what lies there. */
export type ImageTree = ReadonlyMap<string, TreeEntry>;
