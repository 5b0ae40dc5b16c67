import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type ExtractEvents, type Header } from 'tar-stream';
import type { SourceLimits } from '../../protocol';
import { AgentError, systemCode } from '../../program';
import { checkArchiveEntry } from './checkArchiveEntry';

/** Most bytes of tar headers per file that are put up with. */
const OVERHEAD_PER_FILE = 4096;

type Content = ExtractEvents['entry'][1];

/** What was extracted. */
export interface Extracted {
  files: number;
  bytes: number;
}

/**
 * Extracts a tar archive, gzipped or not, that nobody has checked. Only
 * directories and regular files are ever made, each by exclusive creation, so
 * no link exists that a later entry could be written through; owners, times
 * and all mode bits but "executable" are ignored. The first entry that is not
 * allowed ends it.
 *
 * @throws AgentError `ArchiveUnsafe`, `ArchiveInvalid` or `SourceTooLarge`
 */
export async function extractArchive(
  archive: string,
  directory: string,
  limits: SourceLimits,
  signal: AbortSignal,
): Promise<Extracted> {
  const total: Extracted = { files: 0, bytes: 0 };
  const parser = extract();
  let failure: unknown;
  const take = async (header: Header, content: Content) => {
    const path = checkArchiveEntry(header);
    total.files += 1;
    total.bytes += header.size;
    requireWithin(total, limits);
    await writeEntry(header, content, join(directory, path));
  };
  // The parser waits with the next entry until `next` is called.
  parser.on('entry', (header, content, next) => {
    content.on('error', () => undefined); // the pipeline below rejects as well
    take(header, content).then(
      () => next(),
      error => {
        failure ??= error;
        next(failure instanceof Error ? failure : new Error('not extracted'));
      },
    );
  });
  try {
    await pipeline(
      createReadStream(archive),
      (await isGzip(archive)) ? createGunzip() : new PassThrough(),
      cap(limits.bytes + limits.files * OVERHEAD_PER_FILE, limits),
      // A stream of its own kind that node:stream's pipeline takes as its own.
      parser as unknown as NodeJS.WritableStream,
      { signal },
    );
  } catch (error) {
    throw translate(failure ?? error, signal);
  }
  if (total.files === 0) throw invalid();
  return total;
}

async function isGzip(archive: string): Promise<boolean> {
  const file = await open(archive);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b;
  } finally {
    await file.close();
  }
}

/** Headers count as well: an archive can consist of nothing but them. */
function cap(limit: number, limits: SourceLimits) {
  return async function* counted(chunks: AsyncIterable<Buffer>) {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge(limits.bytes, 'bytes');
      yield chunk;
    }
  };
}

async function writeEntry(
  { type, mode }: Header,
  content: Content,
  path: string,
): Promise<void> {
  if (type === 'directory') {
    await mkdir(path, { recursive: true, mode: 0o755 });
    content.resume();
    return;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const executable = (mode & 0o100) !== 0;
  await pipeline(
    content,
    createWriteStream(path, { flags: 'wx', mode: executable ? 0o755 : 0o644 }),
  );
}

function requireWithin(total: Extracted, limits: SourceLimits): void {
  for (const unit of ['files', 'bytes'] as const) {
    if (total[unit] > limits[unit]) throw tooLarge(limits[unit], unit);
  }
}

function translate(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof AgentError || signal.aborted) return error;
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return error;
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR') {
    return new AgentError(
      'ArchiveUnsafe',
      'The archive names a file twice, or as a file and as a directory.',
    );
  }
  return invalid(error);
}

function tooLarge(limit: number, unit: string): AgentError {
  return new AgentError(
    'SourceTooLarge',
    `The archive holds more than ${limit} ${unit}: make it smaller or raise the limit.`,
  );
}

function invalid(cause?: unknown): AgentError {
  return new AgentError(
    'ArchiveInvalid',
    'The archive is not a complete tar archive (plain or gzip).',
    { cause },
  );
}
