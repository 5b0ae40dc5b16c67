import { createHash, Hash, randomUUID } from 'node:crypto';
import { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { Digest, splitDigest } from '../../digest/Digest';
import { ByteRange } from '../byteRange';
import { RegistryFault } from '../RegistryFault';
import { BlobStore } from './BlobStore';
import { repositoryPath } from './paths';
import { StoreFiles, StorePath } from './StoreFiles';

/** How long a question for an offset waits for what is still being written. */
const SETTLE_MS = 1000;

/** An upload that something is being done with in this process. */
interface ActiveUpload {
  /** Breaks what is being done. */
  abort(): void;
  readonly done: Promise<void>;
}

/** The digest of the first bytes of an upload; lost with the process. */
interface Progress {
  readonly hash: Hash;
  readonly offset: number;
}

/** What uploads are bound to. */
export interface UploadLimits {
  readonly maxBlobBytes: number;
}

/**
 * Blob uploads: a file for each, to which bodies are appended as they come.
 * What has come stays when a connection breaks or the process ends. One thing
 * is done with an upload at a time; the latest request wins, since the one
 * before it is most likely a connection that broke and nobody noticed.
 */
export class UploadStore {
  private readonly active = new Map<string, ActiveUpload>();
  private readonly progress = new Map<string, Progress>();

  constructor(
    private readonly files: StoreFiles,
    private readonly blobs: BlobStore,
    private readonly limits: UploadLimits,
  ) {}

  /** Opens an upload; gives its id. */
  async start(repository: string): Promise<string> {
    const id = randomUUID();
    await this.files.create(uploadPath(repository, id));
    return id;
  }

  /**
   * How many bytes have come. Who asks mostly lost a connection; what that had
   * carried is still being written, so this waits a little for its end.
   */
  async offset(repository: string, id: string): Promise<number> {
    const active = this.active.get(id);
    if (active)
      await Promise.race([
        active.done,
        setTimeout(SETTLE_MS, undefined, { ref: false }),
      ]);
    const stats = await this.files.stat(uploadPath(repository, id));
    if (!stats) throw unknownUpload();
    return stats.size;
  }

  /**
   * Appends a body.
   *
   * @param range - what the client says the body is; must begin where the upload ends
   * @returns how many bytes have come
   */
  async append(
    repository: string,
    id: string,
    body: Readable,
    range?: ByteRange,
  ): Promise<number> {
    return this.alone(id, body, () =>
      this.receive(repository, id, body, range),
    );
  }

  /** Appends the rest, checks the digest, and makes the upload a blob. */
  async finish(
    repository: string,
    id: string,
    digest: Digest,
    body: Readable,
    range?: ByteRange,
  ): Promise<void> {
    await this.alone(id, body, async () => {
      await this.receive(repository, id, body, range);
      const path = uploadPath(repository, id);
      if ((await this.seal(path, id, digest)) !== digest) {
        await this.forget(repository, id);
        throw new RegistryFault(
          400,
          'DIGEST_INVALID',
          'the uploaded bytes have another digest',
        );
      }
      await this.blobs.add(repository, digest, path);
      this.progress.delete(id);
    });
  }

  /** Ends an upload without a blob. */
  async cancel(repository: string, id: string): Promise<void> {
    await this.alone(id, undefined, async () => {
      if (!(await this.forget(repository, id))) throw unknownUpload();
    });
  }

  /** Removes a repository's uploads that nobody went on with since `before`. */
  async expire(repository: string, before: number): Promise<number> {
    const ids = await this.files.list(repositoryPath(repository, 'uploads'));
    let expired = 0;
    for (const id of ids.filter(each => !this.active.has(each))) {
      const stats = await this.files.stat(uploadPath(repository, id));
      if (!stats || stats.mtimeMs >= before || this.active.has(id)) continue;
      if (await this.forget(repository, id)) expired += 1;
    }
    return expired;
  }

  private async alone<T>(
    id: string,
    body: Readable | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    while (this.active.has(id)) {
      const before = this.active.get(id);
      before?.abort();
      await before?.done;
    }
    let finished = () => {};
    const done = new Promise<void>(resolve => {
      finished = resolve;
    });
    this.active.set(id, { abort: () => body?.destroy(), done });
    try {
      return await work();
    } finally {
      this.active.delete(id);
      finished();
    }
  }

  private async receive(
    repository: string,
    id: string,
    body: Readable,
    range: ByteRange | undefined,
  ): Promise<number> {
    const file = await this.files.write(uploadPath(repository, id));
    if (!file) throw unknownUpload();
    try {
      const { size } = file;
      if (range && range.start !== size) throw outOfOrder(size);
      const before = this.progress.get(id);
      const isKnown = size === 0 || before?.offset === size;
      let hash = isKnown ? before?.hash ?? createHash('sha256') : undefined;
      // Until the body has come whole, or broken, nothing is known of the hash.
      this.progress.delete(id);
      let offset = size;
      try {
        // Kept when the loop is left, so that the client reads why.
        for await (const chunk of body.iterator({ destroyOnReturn: false })) {
          if (offset + chunk.length > this.limits.maxBlobBytes) {
            throw new RegistryFault(
              413,
              'SIZE_INVALID',
              `a blob has at most ${this.limits.maxBlobBytes} bytes`,
            );
          }
          // The disk works while we hash.
          const written = writeAll(file.handle, chunk, offset);
          hash?.update(chunk);
          try {
            await written;
          } catch (error) {
            hash = undefined;
            throw error;
          }
          offset += chunk.length;
        }
      } finally {
        if (hash) this.progress.set(id, { hash, offset });
      }
      if (range && range.end !== offset - 1) {
        throw new RegistryFault(
          400,
          'SIZE_INVALID',
          'the body is not as long as its Content-Range says',
        );
      }
      return offset;
    } finally {
      await file.handle.close();
    }
  }

  /** The digest of all that has come, by the algorithm of `wanted`; the file is made durable. */
  private async seal(
    path: StorePath,
    id: string,
    wanted: Digest,
  ): Promise<string> {
    const { algorithm } = splitDigest(wanted);
    const file = await this.files.read(path);
    if (!file) throw unknownUpload();
    try {
      await file.handle.datasync();
      const known = this.progress.get(id);
      if (algorithm === 'sha256' && known?.offset === file.size) {
        return `sha256:${known.hash.copy().digest('hex')}`;
      }
      const hash = createHash(algorithm);
      const stream = file.handle.createReadStream({ autoClose: false });
      for await (const chunk of stream) hash.update(chunk);
      return `${algorithm}:${hash.digest('hex')}`;
    } finally {
      await file.handle.close();
    }
  }

  private async forget(repository: string, id: string): Promise<boolean> {
    this.progress.delete(id);
    return this.files.remove(uploadPath(repository, id));
  }
}

function uploadPath(repository: string, id: string): StorePath {
  return repositoryPath(repository, 'uploads', id);
}

async function writeAll(
  handle: FileHandle,
  chunk: Buffer,
  position: number,
): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await handle.write(
      chunk,
      written,
      chunk.length - written,
      position + written,
    );
    written += bytesWritten;
  }
}

function unknownUpload(): RegistryFault {
  return new RegistryFault(
    404,
    'BLOB_UPLOAD_UNKNOWN',
    'there is no such upload',
  );
}

function outOfOrder(size: number): RegistryFault {
  return new RegistryFault(
    416,
    'RANGE_INVALID',
    `the upload has ${size} bytes, the next chunk begins there`,
    { range: `0-${Math.max(size - 1, 0)}` },
  );
}
