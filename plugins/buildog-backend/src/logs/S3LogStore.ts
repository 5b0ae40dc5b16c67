import { isError } from '@backstage/errors';
import type {
  LogStreamInfo,
  LogStreamKey,
} from '@buildog/plugin-buildog-common';
import { LogStoreError, type LogStore } from '@buildog/plugin-buildog-node';
import { cutToCap } from './cutToCap';
import { KeyedQueue } from './KeyedQueue';
import { defaultLogCaps, type LogCaps } from './LogCaps';
import { checkId, checkLogKey, logKeyText } from './logKey';
import { offsetConflict } from './offsetConflict';
import { BuildIndex } from './s3/BuildIndex';
import { BuildSizes } from './s3/BuildSizes';
import { mergePieces } from './s3/mergePieces';
import { ObjectBucket, type ObjectBucketOptions } from './s3/ObjectBucket';
import { readPieces } from './s3/readPieces';
import {
  attemptPrefix,
  buildPrefix,
  numberOf,
  streamKeys,
  streamOf,
} from './s3/streamKeys';
import { loadStream, writeManifest, type StreamState } from './s3/StreamState';

/** What an {@link S3LogStore} needs. */
export interface S3LogStoreOptions extends ObjectBucketOptions {
  /** Before every key, without slashes at its ends. Default `buildog-logs`. */
  prefix?: string;
  caps?: Partial<LogCaps>;
  clock?: () => Date;
}

/** Streams of which this process remembers the pieces. */
const REMEMBERED = 500;

/**
 * Keeps logs in S3-compatible object storage. An append is one new object
 * named after its offset and written only if there is none of that name, so
 * replicas may append; objects never change. The server must know conditional
 * writes (`If-None-Match`).
 */
export class S3LogStore implements LogStore {
  readonly contractVersion = 1;
  private readonly bucket: ObjectBucket;
  private readonly prefix: string;
  private readonly caps: LogCaps;
  private readonly clock: () => Date;
  private readonly index: BuildIndex;
  private readonly sizes: BuildSizes;
  private readonly queue = new KeyedQueue();
  private readonly states = new Map<string, StreamState>();

  constructor(options: S3LogStoreOptions) {
    this.bucket = new ObjectBucket(options);
    this.prefix = options.prefix ?? 'buildog-logs';
    this.caps = { ...defaultLogCaps, ...options.caps };
    this.clock = options.clock ?? (() => new Date());
    this.index = new BuildIndex(this.bucket, this.prefix);
    this.sizes = new BuildSizes(this.bucket, this.prefix, this.clock);
  }

  async append(
    key: LogStreamKey,
    offset: number,
    bytes: Uint8Array,
  ): Promise<{ size: number; truncated: boolean }> {
    return this.exclusively(key, async () => {
      let state = this.states.get(logKeyText(key));
      if (!state || state.size !== offset) state = await this.load(key);
      const { size, truncated } = state;
      if (truncated || state.complete) return { size, truncated };
      if (offset !== size) throw offsetConflict(key, offset, size);
      const cut = cutToCap({
        bytes,
        streamSize: size,
        buildSize: await this.sizes.get(key.buildId),
        caps: this.caps,
        now: this.clock(),
      });
      if (cut.bytes.length === 0 && size > 0) return { size, truncated };
      if (size === 0) await this.begin(key);
      await this.putChunk(key, state, cut.bytes);
      if (cut.truncated) await this.close(key, state, { truncated: true });
      return { size: state.size, truncated: cut.truncated };
    });
  }

  async complete(key: LogStreamKey): Promise<void> {
    await this.exclusively(key, async () => {
      const state = await this.load(key);
      if (state.complete) return;
      if (state.absent) await this.begin(key);
      const old = state.pieces;
      const pieces = await mergePieces(this.bucket, this.prefix, key, state);
      await this.close(key, state, { complete: true, pieces });
      if (pieces !== old) await this.bucket.remove(old.map(piece => piece.key));
    });
  }

  async read(
    key: LogStreamKey,
    offset: number,
    limit: number,
  ): Promise<Uint8Array> {
    checkLogKey(key);
    return guarded(async () => {
      const known = this.states.get(logKeyText(key));
      const state =
        known && known.size >= offset + limit ? known : await this.load(key);
      try {
        return await readPieces(this.bucket, state.pieces, offset, limit);
      } catch {
        // Completed or purged by another replica meanwhile.
        this.states.delete(logKeyText(key));
        const { pieces } = await this.load(key);
        return readPieces(this.bucket, pieces, offset, limit);
      }
    });
  }

  async stat(key: LogStreamKey): Promise<LogStreamInfo | undefined> {
    checkLogKey(key);
    return guarded(async () => {
      const state = await this.load(key);
      const { size, complete, truncated, purged } = state;
      return state.absent
        ? undefined
        : { container: key.container, size, complete, truncated, purged };
    });
  }

  async list(attempt: {
    buildId: string;
    attemptId: string;
  }): Promise<LogStreamInfo[]> {
    checkId('buildId', attempt.buildId);
    checkId('attemptId', attempt.attemptId);
    return guarded(async () => {
      const objects = await this.bucket.list(
        attemptPrefix(this.prefix, attempt),
      );
      const began = new Map<string, number>();
      for (const { key } of objects) {
        const stream = streamOf(this.prefix, attempt.buildId, key);
        if (!stream || !key.includes('/began/')) continue;
        const earlier = began.get(stream.container) ?? Infinity;
        began.set(stream.container, Math.min(earlier, numberOf(key)));
      }
      const containers = [...began.keys()].sort(
        (a, b) => (began.get(a) ?? 0) - (began.get(b) ?? 0),
      );
      const infos = await Promise.all(
        containers.map(container => this.stat({ ...attempt, container })),
      );
      return infos.flatMap(info => info ?? []);
    });
  }

  async purge(buildId: string): Promise<void> {
    checkId('buildId', buildId);
    await guarded(async () => {
      const objects = await this.bucket.list(buildPrefix(this.prefix, buildId));
      const streams = new Map(
        objects.flatMap(({ key }) => {
          const stream = streamOf(this.prefix, buildId, key);
          return stream ? [[logKeyText(stream), stream] as const] : [];
        }),
      );
      for (const stream of streams.values()) await this.purgeStream(stream);
      await this.index.leave(buildId);
    });
  }

  async listBuilds(options: {
    limit: number;
    after?: string;
  }): Promise<string[]> {
    return guarded(() => this.index.list(options));
  }

  private async purgeStream(key: LogStreamKey): Promise<void> {
    await this.exclusively(key, async () => {
      const state = await this.load(key);
      await this.close(key, state, {
        complete: true,
        purged: true,
        pieces: [],
      });
      const keys = streamKeys(this.prefix, key);
      const objects = await this.bucket.list(keys.base);
      await this.bucket.remove(
        objects
          .map(object => object.key)
          .filter(
            name =>
              name !== keys.manifest && !name.startsWith(keys.beganPrefix),
          ),
      );
    });
  }

  /** What must be there before the first bytes are. */
  private async begin(key: LogStreamKey): Promise<void> {
    const now = this.clock();
    const { began } = streamKeys(this.prefix, key);
    await Promise.all([
      this.index.enter(key.buildId, now),
      this.bucket.put(began(now.getTime()), new Uint8Array()),
    ]);
  }

  private async putChunk(
    key: LogStreamKey,
    state: StreamState,
    bytes: Uint8Array,
  ): Promise<void> {
    if (bytes.length === 0) return;
    const name = streamKeys(this.prefix, key).chunk(state.size);
    if (!(await this.bucket.put(name, bytes, { ifAbsent: true }))) {
      const { size } = await this.load(key);
      throw offsetConflict(key, state.size, size);
    }
    state.pieces.push({ key: name, offset: state.size, size: bytes.length });
    state.size += bytes.length;
    this.sizes.add(key.buildId, bytes.length);
    state.absent = false;
  }

  private async close(
    key: LogStreamKey,
    state: StreamState,
    change: Partial<StreamState>,
  ): Promise<void> {
    const { size, complete, truncated, purged } = { ...state, ...change };
    await writeManifest(this.bucket, this.prefix, key, {
      size,
      complete,
      truncated,
      purged,
      // Until it is complete the chunks are listed.
      pieces: complete ? change.pieces ?? state.pieces : undefined,
    });
    Object.assign(state, change, { absent: false });
  }

  private async load(key: LogStreamKey): Promise<StreamState> {
    const text = logKeyText(key);
    const known = this.states.get(text);
    if (known?.complete && known.purged) return known;
    const state = await loadStream(
      this.bucket,
      this.prefix,
      key,
      known?.complete ? [] : known?.pieces,
    );
    this.states.delete(text);
    this.states.set(text, state);
    const [oldest] = this.states.keys();
    if (this.states.size > REMEMBERED) this.states.delete(oldest);
    return state;
  }

  private async exclusively<T>(
    key: LogStreamKey,
    work: () => Promise<T>,
  ): Promise<T> {
    checkLogKey(key);
    return guarded(() => this.queue.run(logKeyText(key), work));
  }
}

/** Turns the server's errors into the store's. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LogStoreError) throw error;
    const name = isError(error) ? error.name : 'unknown error';
    throw new LogStoreError(
      'Unavailable',
      `the bucket of logs cannot be used: ${name}`,
      { cause: error },
    );
  }
}
