import type { Knex } from 'knex';
import type {
  LogStreamInfo,
  LogStreamKey,
} from '@buildog/plugin-buildog-common';
import { LogStoreError, type LogStore } from '@buildog/plugin-buildog-node';
import { cutToCap } from './cutToCap';
import { compactChunks } from './database/compactChunks';
import { lockStream } from './database/lockStream';
import { readChunks } from './database/readChunks';
import { type StreamRow, toStreamInfo } from './database/StreamRow';
import { codeOf } from './errorFacts';
import { defaultLogCaps, type LogCaps } from './LogCaps';
import { checkId, checkLogKey } from './logKey';
import { offsetConflict } from './offsetConflict';

/** What a {@link DatabaseLogStore} needs. */
export interface DatabaseLogStoreOptions {
  /** The plugin's database, migrated. */
  knex: Knex;
  caps?: Partial<LogCaps>;
  clock?: () => Date;
}

/**
 * Keeps logs in the plugin's database, in rows of bytes. A row of
 * `log_streams` is locked while its stream grows, so replicas may append.
 */
export class DatabaseLogStore implements LogStore {
  readonly contractVersion = 1;
  private readonly knex: Knex;
  private readonly caps: LogCaps;
  private readonly clock: () => Date;

  constructor(options: DatabaseLogStoreOptions) {
    this.knex = options.knex;
    this.caps = { ...defaultLogCaps, ...options.caps };
    this.clock = options.clock ?? (() => new Date());
  }

  async append(
    key: LogStreamKey,
    offset: number,
    bytes: Uint8Array,
  ): Promise<{ size: number; truncated: boolean }> {
    return this.transaction(key, async tx => {
      const stream = await lockStream(tx, key);
      const size = Number(stream.size);
      const truncated = Boolean(stream.truncated);
      if (truncated || stream.complete) return { size, truncated };
      if (offset !== size) throw offsetConflict(key, offset, size);
      const [{ total }] = await tx('log_streams')
        .where({ build_id: key.buildId, purged: false })
        .sum({ total: 'size' });
      const cut = cutToCap({
        bytes,
        streamSize: size,
        buildSize: Number(total ?? 0),
        caps: this.caps,
        now: this.clock(),
      });
      const next = size + cut.bytes.length;
      if (cut.bytes.length > 0) {
        await tx('log_chunks').insert({
          stream_id: stream.id,
          start_offset: size,
          end_offset: next,
          bytes: Buffer.from(cut.bytes),
        });
      }
      await tx('log_streams')
        .where({ id: stream.id })
        .update({ size: next, truncated: cut.truncated });
      return { size: next, truncated: cut.truncated };
    });
  }

  async complete(key: LogStreamKey): Promise<void> {
    await this.transaction(key, async tx => {
      const stream = await lockStream(tx, key);
      if (stream.complete) return;
      await compactChunks(tx, stream);
      await tx('log_streams')
        .where({ id: stream.id })
        .update({ complete: true });
    });
  }

  async read(
    key: LogStreamKey,
    offset: number,
    limit: number,
  ): Promise<Uint8Array> {
    checkLogKey(key);
    return guarded(async () => {
      const stream = await this.find(key);
      return stream && !stream.purged
        ? readChunks(this.knex, stream.id, offset, limit)
        : new Uint8Array();
    });
  }

  async stat(key: LogStreamKey): Promise<LogStreamInfo | undefined> {
    checkLogKey(key);
    return guarded(async () => {
      const stream = await this.find(key);
      return stream && toStreamInfo(stream);
    });
  }

  async list(attempt: {
    buildId: string;
    attemptId: string;
  }): Promise<LogStreamInfo[]> {
    return guarded(async () => {
      const rows = await this.knex<StreamRow>('log_streams')
        .where({ build_id: attempt.buildId, attempt_id: attempt.attemptId })
        .orderBy('id');
      return rows.map(toStreamInfo);
    });
  }

  async purge(buildId: string): Promise<void> {
    checkId('buildId', buildId);
    await guarded(() =>
      this.knex.transaction(async tx => {
        const streams = tx<StreamRow>('log_streams').where({
          build_id: buildId,
        });
        await streams.clone().update({ purged: true, complete: true });
        await tx('log_chunks')
          .whereIn('stream_id', streams.clone().select('id'))
          .delete();
      }),
    );
  }

  async listBuilds(options: {
    limit: number;
    after?: string;
  }): Promise<string[]> {
    const { limit, after } = options;
    return guarded(async () => {
      const query = this.knex('log_streams')
        .groupBy('build_id')
        .having(this.knex.raw('sum(case when purged then 0 else 1 end) > 0'))
        .orderByRaw('min(id)')
        .limit(limit)
        .select('build_id');
      if (after !== undefined) {
        const [{ first }] = await this.knex('log_streams')
          .where({ build_id: after })
          .min({ first: 'id' });
        query.having(this.knex.raw('min(id) > ?', [first ?? 0]));
      }
      const rows: { build_id: string }[] = await query;
      return rows.map(row => row.build_id);
    });
  }

  private async find(key: LogStreamKey): Promise<StreamRow | undefined> {
    return this.knex<StreamRow>('log_streams')
      .where({
        build_id: key.buildId,
        attempt_id: key.attemptId,
        container: key.container,
      })
      .first();
  }

  private async transaction<T>(
    key: LogStreamKey,
    work: (tx: Knex.Transaction) => Promise<T>,
  ): Promise<T> {
    checkLogKey(key);
    return guarded(() => this.knex.transaction(work));
  }
}

/** Turns the database's errors into the store's, without their SQL. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LogStoreError) throw error;
    const code = codeOf(error);
    throw new LogStoreError(
      'Unavailable',
      `the database of logs cannot be used${code ? `: ${code}` : ''}`,
      { cause: error },
    );
  }
}
