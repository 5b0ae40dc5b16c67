import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type {
  LogStreamInfo,
  LogStreamKey,
} from '@buildog/plugin-buildog-common';
import { LogStoreError, type LogStore } from '@buildog/plugin-buildog-node';
import { cutToCap } from './cutToCap';
import { orAbsent, StreamFiles } from './file/StreamFiles';
import { codeOf, isNamed } from './errorFacts';
import { KeyedQueue } from './KeyedQueue';
import { defaultLogCaps, type LogCaps } from './LogCaps';
import { checkId, checkLogKey } from './logKey';
import { offsetConflict } from './offsetConflict';

/** What a {@link FileLogStore} needs. */
export interface FileLogStoreOptions {
  /** Absolute path; made when it does not exist. One backend process at a time. */
  directory: string;
  caps?: Partial<LogCaps>;
  clock?: () => Date;
}

/** Shared by all stores of this process: the files are the same ones. */
const queue = new KeyedQueue();

/**
 * Keeps logs on disk, one folder per build and attempt. For a single backend
 * process, or replicas that share nothing else either: appends are ordered
 * within the process only.
 */
export class FileLogStore implements LogStore {
  readonly contractVersion = 1;
  private readonly root: string;
  private readonly caps: LogCaps;
  private readonly clock: () => Date;

  constructor(options: FileLogStoreOptions) {
    this.root = resolve(options.directory);
    this.caps = { ...defaultLogCaps, ...options.caps };
    this.clock = options.clock ?? (() => new Date());
  }

  async append(
    key: LogStreamKey,
    offset: number,
    bytes: Uint8Array,
  ): Promise<{ size: number; truncated: boolean }> {
    return this.exclusively(key, async files => {
      const meta = await files.readMeta();
      const size = meta?.purgedSize ?? (await files.size());
      if (meta && (meta.truncated || meta.complete)) {
        return { size, truncated: meta.truncated };
      }
      if (offset !== size) throw offsetConflict(key, offset, size);
      const state = meta ?? {
        began: this.clock().getTime(),
        complete: false,
        truncated: false,
      };
      if (!meta) await files.writeMeta(state);
      const cut = cutToCap({
        bytes,
        streamSize: size,
        buildSize: await this.buildSize(key.buildId),
        caps: this.caps,
        now: this.clock(),
      });
      await files.append(cut.bytes);
      if (cut.truncated) await files.writeMeta({ ...state, truncated: true });
      return { size: size + cut.bytes.length, truncated: cut.truncated };
    });
  }

  async complete(key: LogStreamKey): Promise<void> {
    await this.exclusively(key, async files => {
      const meta = await files.readMeta();
      if (meta?.complete) return;
      await files.writeMeta({
        began: meta?.began ?? this.clock().getTime(),
        truncated: meta?.truncated ?? false,
        purgedSize: meta?.purgedSize,
        complete: true,
      });
    });
  }

  async read(
    key: LogStreamKey,
    offset: number,
    limit: number,
  ): Promise<Uint8Array> {
    checkLogKey(key);
    return guarded(new StreamFiles(this.root, key).read(offset, limit));
  }

  async stat(key: LogStreamKey): Promise<LogStreamInfo | undefined> {
    checkLogKey(key);
    return guarded(new StreamFiles(this.root, key).info());
  }

  async list(attempt: {
    buildId: string;
    attemptId: string;
  }): Promise<LogStreamInfo[]> {
    checkId('buildId', attempt.buildId);
    checkId('attemptId', attempt.attemptId);
    return guarded(this.listStreams(attempt.buildId, attempt.attemptId));
  }

  async purge(buildId: string): Promise<void> {
    checkId('buildId', buildId);
    for (const attemptId of await this.attemptsOf(buildId)) {
      for (const container of await this.containersOf(buildId, attemptId)) {
        await this.exclusively(
          { buildId, attemptId, container },
          async files => {
            const meta = await files.readMeta();
            if (!meta || meta.purgedSize !== undefined) return;
            const purgedSize = await files.size();
            await files.writeMeta({ ...meta, complete: true, purgedSize });
            await files.removeBytes();
          },
        );
      }
    }
  }

  async listBuilds(options: {
    limit: number;
    after?: string;
  }): Promise<string[]> {
    const builds = await guarded(this.buildsByAge());
    const from = options.after
      ? builds.findIndex(build => build.id === options.after) + 1
      : 0;
    return builds
      .slice(from)
      .filter(build => build.hasBytes)
      .slice(0, options.limit)
      .map(build => build.id);
  }

  private async buildsByAge(): Promise<
    { id: string; began: number; hasBytes: boolean }[]
  > {
    const ids = (await orAbsent(readdir(this.root))) ?? [];
    const builds = await Promise.all(
      ids.map(async id => {
        const metas = await this.metasOf(id);
        return {
          id,
          began: Math.min(...metas.map(meta => meta.began)),
          hasBytes: metas.some(meta => meta.purgedSize === undefined),
        };
      }),
    );
    return builds.sort((a, b) => a.began - b.began || (a.id < b.id ? -1 : 1));
  }

  private async metasOf(buildId: string) {
    const attempts = await this.attemptsOf(buildId);
    const metas = await Promise.all(
      attempts.map(async attemptId => {
        const containers = await this.containersOf(buildId, attemptId);
        return Promise.all(
          containers.map(container =>
            new StreamFiles(this.root, {
              buildId,
              attemptId,
              container,
            }).readMeta(),
          ),
        );
      }),
    );
    return metas.flat().filter(meta => meta !== undefined);
  }

  private async listStreams(
    buildId: string,
    attemptId: string,
  ): Promise<LogStreamInfo[]> {
    const containers = await this.containersOf(buildId, attemptId);
    const streams = await Promise.all(
      containers.map(async container => {
        const files = new StreamFiles(this.root, {
          buildId,
          attemptId,
          container,
        });
        return { meta: await files.readMeta(), info: await files.info() };
      }),
    );
    return streams
      .sort((a, b) => (a.meta?.began ?? 0) - (b.meta?.began ?? 0))
      .flatMap(({ info }) => info ?? []);
  }

  private async attemptsOf(buildId: string): Promise<string[]> {
    return (await orAbsent(readdir(join(this.root, buildId)))) ?? [];
  }

  private async containersOf(
    buildId: string,
    attemptId: string,
  ): Promise<string[]> {
    const names =
      (await orAbsent(readdir(join(this.root, buildId, attemptId)))) ?? [];
    return names
      .filter(name => name.endsWith('.json'))
      .map(name => name.slice(0, -'.json'.length));
  }

  private async buildSize(buildId: string): Promise<number> {
    let total = 0;
    for (const attemptId of await this.attemptsOf(buildId)) {
      for (const container of await this.containersOf(buildId, attemptId)) {
        const key = { buildId, attemptId, container };
        total += await new StreamFiles(this.root, key).size();
      }
    }
    return total;
  }

  private async exclusively<T>(
    key: LogStreamKey,
    work: (files: StreamFiles) => Promise<T>,
  ): Promise<T> {
    checkLogKey(key);
    const files = new StreamFiles(this.root, key);
    return guarded(
      queue.run(`${files.directory}/${key.container}`, () => work(files)),
    );
  }
}

/** Turns the disk's errors into the store's. */
async function guarded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LogStoreError) throw error;
    if (isNamed(error, 'SyntaxError')) {
      throw new LogStoreError(
        'Corrupt',
        'a file of the log folder is damaged',
        {
          cause: error,
        },
      );
    }
    const code = codeOf(error);
    throw new LogStoreError(
      code === 'ENOSPC' || code === 'EDQUOT' ? 'QuotaExceeded' : 'Unavailable',
      `the log folder cannot be used: ${code ?? String(error)}`,
      { cause: error },
    );
  }
}
