import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toBuilderError } from '../errors/toBuilderError';

/**
 * Writes a file that appears when it is complete, in place of what was there.
 *
 * @throws {@link BuilderError} `filesystem`, `resource`, or what the content
 * fails with
 */
export async function writeAppearingFile(
  path: string,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
  signal?: AbortSignal,
): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await pipeline(
      Readable.from(content, { objectMode: false }),
      createWriteStream(draft, { flags: 'wx', highWaterMark: 1024 * 1024 }),
      { signal },
    );
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw toBuilderError(error);
  }
}
