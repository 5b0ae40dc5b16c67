/** Types of entries that are more than a note on the next one (POSIX pax, "typeflag"). */
export const tarTypes = {
  file: '0',
  hardLink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
} as const;

/** One of {@link tarTypes}. */
export type TarType = (typeof tarTypes)[keyof typeof tarTypes];

/** What an archive says of one entry, extended headers applied. */
export interface TarHeader {
  /** As it stands in the archive: not to be trusted. */
  readonly name: string;
  readonly type: TarType;
  /** 12 bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content that follow; 0 for what is no file. */
  readonly size: number;
  /** Seconds since 1970, whole. */
  readonly mtime: number;
  /** Target of a symlink or hard link, as it stands. */
  readonly linkName: string;
  /** `[major, minor]` of a device. */
  readonly device: readonly [number, number];
  /** Name to value (base64). */
  readonly xattrs?: Readonly<Record<string, string>>;
}
