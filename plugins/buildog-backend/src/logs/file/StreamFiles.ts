import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  LogStreamInfo,
  LogStreamKey,
} from '@buildog/plugin-buildog-common';
import { codeOf } from '../errorFacts';

/** What is known of a stream besides its bytes. */
export interface StreamMeta {
  /** Milliseconds since 1970 when its first bytes came. */
  began: number;
  complete: boolean;
  truncated: boolean;
  /** Set once the bytes are gone: how many there were. */
  purgedSize?: number;
}

/**
 * The two files of a stream: `CONTAINER.log` has the bytes and nothing else,
 * `CONTAINER.json` what is known of them. The size is the file's own, so a
 * crash in the middle of an append leaves a true state.
 */
export class StreamFiles {
  readonly directory: string;
  private readonly bytesPath: string;
  private readonly metaPath: string;

  constructor(root: string, private readonly key: LogStreamKey) {
    this.directory = join(root, key.buildId, key.attemptId);
    this.bytesPath = join(this.directory, `${key.container}.log`);
    this.metaPath = join(this.directory, `${key.container}.json`);
  }

  async readMeta(): Promise<StreamMeta | undefined> {
    const text = await orAbsent(readFile(this.metaPath, 'utf8'));
    return text === undefined ? undefined : (JSON.parse(text) as StreamMeta);
  }

  /** Replaces the file as a whole: a reader sees the old or the new one. */
  async writeMeta(meta: StreamMeta): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o750 });
    const temporary = `${this.metaPath}.new`;
    const file = await open(temporary, 'w', 0o640);
    try {
      await file.writeFile(JSON.stringify(meta));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.metaPath);
  }

  async size(): Promise<number> {
    return (await orAbsent(stat(this.bytesPath)))?.size ?? 0;
  }

  /** Durable once it resolves. */
  async append(bytes: Uint8Array): Promise<void> {
    const file = await open(this.bytesPath, 'a', 0o640);
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  async read(offset: number, limit: number): Promise<Uint8Array> {
    const file = await orAbsent(open(this.bytesPath, 'r'));
    if (!file) return new Uint8Array();
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.max(0, Math.min(limit, size - offset)));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async removeBytes(): Promise<void> {
    await rm(this.bytesPath, { force: true });
  }

  async info(): Promise<LogStreamInfo | undefined> {
    const meta = await this.readMeta();
    if (!meta) return undefined;
    return {
      container: this.key.container,
      size: meta.purgedSize ?? (await this.size()),
      complete: meta.complete,
      truncated: meta.truncated,
      purged: meta.purgedSize !== undefined,
    };
  }
}

/** `undefined` where there is no such file. */
export async function orAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
