import { nameFromBytes } from '../path/nameBytes';
import { brokenArchive } from './brokenArchive';
import { parsePaxRecords } from './paxRecords';
import { readTarBlock, TAR_BLOCK, TarBlock } from './readTarBlock';
import { TarHeader, tarTypes, TarType } from './TarHeader';

/** Most bytes of one extended header or long name. */
const MAX_NOTE_BYTES = 1024 * 1024;
const MAX_ID = 0xfffffffe;
const XATTR = 'SCHILY.xattr.';
const knownTypes: ReadonlySet<string> = new Set(Object.values(tarTypes));
/** Extended header, header for all, long name, long link. */
const noteTypes: ReadonlySet<string> = new Set(['x', 'g', 'L', 'K']);

/** Is told what stands in an archive, in its order. */
export interface TarSink {
  /** `offset` is where the content begins in the archive. */
  entry(header: TarHeader, offset: number): void;
  /** Some of the last entry's content. The bytes are only valid during the call. */
  data(bytes: Buffer): void;
}

/**
 * Reads a tar archive as it comes: ustar, pax and GNU's long names. Holds one
 * header at a time. What could be read in two ways is refused: wrong checksums,
 * negative sizes, sparse files, unknown types, an archive that ends too early.
 *
 * @throws {@link BuilderError} `manifest` from both methods
 */
export class TarReader {
  private readonly partial = Buffer.alloc(TAR_BLOCK);
  private held = 0;
  /** Bytes of content, and of its padding, still to come. */
  private content = 0;
  private padding = 0;
  private note: { type: string; chunks: Buffer[] } | undefined;
  private pax: Map<string, Buffer> | undefined;
  private longName: string | undefined;
  private longLink: string | undefined;
  private ended = false;
  private offset = 0;

  constructor(private readonly sink: TarSink) {}

  /** The next bytes of the archive. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.ended) {
      if (this.content > 0) {
        const end = Math.min(chunk.length, at + this.content);
        this.takeContent(chunk.subarray(at, end));
        at = end;
      } else if (this.padding > 0) {
        const skipped = Math.min(chunk.length - at, this.padding);
        this.padding -= skipped;
        at += skipped;
      } else if (this.held === 0 && chunk.length - at >= TAR_BLOCK) {
        this.takeBlock(chunk.subarray(at, at + TAR_BLOCK), this.offset + at);
        at += TAR_BLOCK;
      } else {
        const copied = chunk.copy(this.partial, this.held, at);
        this.held += copied;
        at += copied;
        if (this.held === TAR_BLOCK) {
          this.held = 0;
          this.takeBlock(this.partial, this.offset + at - TAR_BLOCK);
        }
      }
    }
    this.offset += chunk.length;
  }

  /** Says that there are no more bytes. */
  finish(): void {
    if (this.ended) return;
    if (this.content > 0 || this.padding > 0 || this.held > 0 || this.isNoted) {
      throw brokenArchive('the archive ends in the middle of an entry');
    }
  }

  private get isNoted(): boolean {
    return (
      this.pax !== undefined ||
      this.longName !== undefined ||
      this.longLink !== undefined
    );
  }

  private takeContent(bytes: Buffer): void {
    this.content -= bytes.length;
    if (!this.note) {
      this.sink.data(bytes);
      return;
    }
    this.note.chunks.push(Buffer.from(bytes));
    if (this.content === 0) this.takeNote();
  }

  private takeBlock(block: Buffer, at: number): void {
    const raw = readTarBlock(block);
    if (!raw) {
      if (this.isNoted)
        throw brokenArchive('a header for an entry that is not there');
      this.ended = true;
      return;
    }
    if (noteTypes.has(raw.type)) {
      if (raw.size < 0 || raw.size > MAX_NOTE_BYTES) {
        throw brokenArchive('an extended header that is too large');
      }
      this.expect(raw.size);
      this.note = { type: raw.type, chunks: [] };
      if (raw.size === 0) this.takeNote();
      return;
    }
    const header = this.complete(raw);
    this.pax = undefined;
    this.longName = undefined;
    this.longLink = undefined;
    this.expect(header.size);
    this.sink.entry(header, at + TAR_BLOCK);
  }

  private expect(size: number): void {
    this.content = size;
    this.padding = (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
  }

  private takeNote(): void {
    if (!this.note) return;
    const bytes = Buffer.concat(this.note.chunks);
    const { type } = this.note;
    this.note = undefined;
    // Headers for all entries ('g') are comments of their writers: nothing that
    // makes images uses them for more, and nothing that unpacks images heeds them.
    if (type === 'x') this.pax = parsePaxRecords(bytes);
    if (type === 'L') this.longName = terminated(bytes);
    if (type === 'K') this.longLink = terminated(bytes);
  }

  private complete(raw: TarBlock): TarHeader {
    const pax = this.pax ?? new Map<string, Buffer>();
    const text = (key: string) => {
      const value = pax.get(key);
      return value && nameFromBytes(value);
    };
    const number = (key: string, fallback: number) => {
      const value = text(key);
      if (value === undefined || value === '') return fallback;
      if (!/^-?[0-9]{1,15}(\.[0-9]*)?$/.test(value)) {
        throw brokenArchive(`an extended header whose ${key} is no number`);
      }
      return Math.floor(Number(value));
    };
    const xattrs: Record<string, string> = {};
    for (const [key, value] of pax) {
      if (key.startsWith('GNU.sparse.')) {
        throw brokenArchive('sparse files are not supported');
      }
      if (key.startsWith(XATTR)) {
        xattrs[key.slice(XATTR.length)] = value.toString('base64');
      }
    }
    const name = text('path') ?? this.longName ?? raw.name;
    const type = typeOf(raw, name);
    const size = number('size', raw.size);
    const uid = number('uid', raw.uid);
    const gid = number('gid', raw.gid);
    if (size < 0) throw brokenArchive('a file with a negative size');
    if (uid < 0 || uid > MAX_ID || gid < 0 || gid > MAX_ID) {
      throw brokenArchive('an owner that is no user or group number');
    }
    return {
      name,
      type,
      mode: raw.mode & 0o7777,
      uid,
      gid,
      size: type === tarTypes.file ? size : 0,
      mtime: number('mtime', raw.mtime),
      linkName: text('linkpath') ?? this.longLink ?? raw.linkName,
      device: raw.device,
      ...(Object.keys(xattrs).length > 0 && { xattrs }),
    };
  }
}

function typeOf(raw: TarBlock, name: string): TarType {
  // Contiguous files are files; before POSIX a slash at the end made directories.
  const type = raw.type === '7' ? tarTypes.file : raw.type;
  if (type === tarTypes.file && name.endsWith('/')) return tarTypes.directory;
  if (!knownTypes.has(type)) {
    throw brokenArchive(
      `entries of type ${JSON.stringify(type)} are not supported`,
    );
  }
  return type as TarType;
}

function terminated(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return nameFromBytes(end < 0 ? bytes : bytes.subarray(0, end));
}
