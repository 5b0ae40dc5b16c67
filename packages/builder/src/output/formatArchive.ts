import { BuilderError } from '../errors/BuilderError';
import type { Entry } from '../layers/FileTree';
import { formatTarHeader } from '../layers/tar/formatTarHeader';
import { TAR_BLOCK } from '../layers/tar/readTarBlock';
import { TarHeader, tarTypes } from '../layers/tar/TarHeader';

/** One entry of an archive that is written. */
export interface ArchiveItem {
  readonly header: TarHeader;
  /** For files with content: exactly as many bytes as the header says. */
  readonly open?: () => Promise<AsyncIterable<Buffer>>;
}

/**
 * The bytes of a tar archive. Holds one chunk at a time.
 *
 * @throws {@link BuilderError} `filesystem` for content of another size
 */
export async function* formatArchive(
  items: AsyncIterable<ArchiveItem> | Iterable<ArchiveItem>,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const { header, open } of items) {
    yield formatTarHeader(header);
    if (!open) continue;
    let left = header.size;
    for await (const bytes of await open()) {
      left -= bytes.length;
      if (left < 0) break;
      yield bytes;
    }
    if (left !== 0) {
      throw new BuilderError(
        'filesystem',
        `${JSON.stringify(header.name)} has another size than was expected`,
        { operation: 'output' },
      );
    }
    yield Buffer.alloc((TAR_BLOCK - (header.size % TAR_BLOCK)) % TAR_BLOCK);
  }
  yield Buffer.alloc(2 * TAR_BLOCK);
}

/** A file with given content, the same on every machine. */
export function fileItem(name: string, content: Buffer | string): ArchiveItem {
  const bytes = Buffer.from(content);
  return {
    header: plainHeader(name, tarTypes.file, bytes.length),
    open: async () =>
      (async function* once() {
        yield bytes;
      })(),
  };
}

/** A header with nothing special. */
export function plainHeader(
  name: string,
  type: TarHeader['type'],
  size: number,
): TarHeader {
  const mode = type === tarTypes.directory ? 0o755 : 0o644;
  return {
    name,
    type,
    mode,
    uid: 0,
    gid: 0,
    size,
    mtime: 0,
    linkName: '',
    device: [0, 0],
  };
}

/** The header of a file of an image; `firstName` for the further names of a hard link. */
export function headerOf(entry: Entry, firstName?: string): TarHeader {
  const isLink = firstName !== undefined;
  return {
    name: entry.path === '' ? '.' : entry.path,
    type: isLink ? tarTypes.hardLink : tarTypes[entry.type],
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    size: isLink ? 0 : entry.size,
    mtime: entry.mtime,
    linkName: firstName ?? entry.link ?? '',
    device: entry.device ?? [0, 0],
    ...(!isLink && entry.xattrs && { xattrs: entry.xattrs }),
  };
}
