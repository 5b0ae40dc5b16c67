import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDigest, type Digest } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import type { HttpOperation } from '../graph/Operation';
import type { IdentifiedTree } from '../solve/SolveTools';
import { canonicalDigest } from '../solve/canonicalDigest';
import { MemoryTree } from './MemoryTree';
import { withoutUserInfo } from './withoutUserInfo';

/** What is kept of an address. */
interface Remembered {
  readonly digest: Digest;
  readonly size: number;
  readonly etag?: string;
  /** As the server wrote it. */
  readonly lastModified?: string;
}

/**
 * Files of http(s) addresses (`ADD https://…`): mode 0600, time of the server's
 * `Last-Modified`. An address is asked each time, with the validators of what is
 * kept; one whose checksum is given and kept is not asked at all.
 */
export class HttpFiles {
  constructor(private readonly folder: string, private readonly now: number) {}

  /**
   * The file of an address.
   *
   * @throws {@link BuilderError} `validation` where the checksum differs,
   * `network` where the address gives no file
   */
  async fetch(
    { url, checksum, filename }: HttpOperation,
    signal: AbortSignal,
  ): Promise<IdentifiedTree> {
    const known = await this.recall(url);
    const fresh =
      known && known.digest === checksum
        ? known
        : await this.refresh(url, known, signal);
    if (checksum !== undefined && fresh.digest !== checksum) {
      throw new BuilderError(
        'validation',
        `${withoutUserInfo(url)} has the checksum ${
          fresh.digest
        }, but the Dockerfile asks for ${checksum}: check the file, then write its checksum`,
      );
    }
    const { digest, size, lastModified } = fresh;
    const time = lastModified ? Date.parse(lastModified) : NaN;
    const mtime = Number.isNaN(time) ? this.now : Math.floor(time / 1000);
    const entry = {
      path: filename,
      type: 'file' as const,
      mode: 0o600,
      uid: 0,
      gid: 0,
      size,
      mtime,
    };
    const content = { localPath: this.contentPath(digest) };
    return {
      tree: new MemoryTree([{ entry, content }]),
      identity: canonicalDigest({ kind: 'http', filename, digest }),
    };
  }

  private async refresh(
    url: string,
    known: Remembered | undefined,
    signal: AbortSignal,
  ): Promise<Remembered> {
    const { requestFile } = await import('./requestFile');
    const answer = await requestFile(url, known ?? {}, signal);
    if (answer === 'unchanged' && known) return known;
    if (answer === 'unchanged') return this.refresh(url, undefined, signal);
    await mkdir(this.folder, { recursive: true });
    const draft = join(this.folder, `draft-${randomUUID()}`);
    const hash = createHash('sha256');
    let size = 0;
    try {
      await pipeline(
        answer.body,
        async function* count(chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            size += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(draft, { flags: 'wx', mode: 0o600 }),
        { signal },
      );
      const digest: Digest = `sha256:${hash.digest('hex')}`;
      await rename(draft, this.contentPath(digest));
      const { etag, lastModified } = answer;
      const fresh: Remembered = { digest, size, etag, lastModified };
      await this.remember(url, fresh);
      return fresh;
    } catch (cause) {
      await rm(draft, { force: true });
      if (signal.aborted) throw signal.reason;
      if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') throw cause;
      throw new BuilderError(
        'network',
        `${withoutUserInfo(url)} could not be fetched to its end`,
        { cause, retryable: true },
      );
    }
  }

  private async recall(url: string): Promise<Remembered | undefined> {
    try {
      const text = await readFile(this.notePath(url), 'utf8');
      const note = JSON.parse(text) as Remembered;
      if (!isDigest(note.digest)) return undefined;
      const hash = createHash('sha256');
      await pipeline(createReadStream(this.contentPath(note.digest)), hash);
      return `sha256:${hash.digest('hex')}` === note.digest ? note : undefined;
    } catch {
      return undefined;
    }
  }

  private async remember(url: string, note: Remembered): Promise<void> {
    const draft = join(this.folder, `draft-${randomUUID()}`);
    await writeFile(draft, JSON.stringify(note));
    await rename(draft, this.notePath(url));
  }

  private contentPath(digest: Digest): string {
    return join(this.folder, digest.replace(':', '-'));
  }

  private notePath(url: string): string {
    const name = createHash('sha256').update(url).digest('hex');
    return join(this.folder, `url-${name}.json`);
  }
}
