import { TarReader } from '../tar/TarReader';
import { TarHeader } from '../tar/TarHeader';

/** What an archive in memory holds. */
export function readArchive(
  archive: Buffer,
  chunkSize = archive.length,
): { readonly header: TarHeader; readonly content: string }[] {
  const found: { header: TarHeader; chunks: Buffer[] }[] = [];
  const reader = new TarReader({
    entry: header => found.push({ header, chunks: [] }),
    data: bytes => found.at(-1)?.chunks.push(Buffer.from(bytes)),
  });
  for (let at = 0; at < archive.length; at += chunkSize) {
    reader.push(archive.subarray(at, at + chunkSize));
  }
  reader.finish();
  return found.map(({ header, chunks }) => ({
    header,
    content: Buffer.concat(chunks).toString(),
  }));
}
