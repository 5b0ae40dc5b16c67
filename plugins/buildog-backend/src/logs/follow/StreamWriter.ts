import { setTimeout as sleep } from 'node:timers/promises';
import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import type { LogStore } from '@buildog/plugin-buildog-node';
import { conflictSize } from '../offsetConflict';
import { ByteQueue } from './ByteQueue';

/** Bytes that may wait for the store before the reader is slowed down. */
const HIGH_WATER = 1024 * 1024;
const CHUNK = 256 * 1024;

/** The stored bytes are not the ones that were read: start over. */
export class OutOfStep extends Error {}

/**
 * Appends a stream to the store: at once while the store is idle, and in
 * bigger pieces while it is busy. When another replica has appended the same
 * bytes meanwhile, they are compared and skipped.
 */
export class StreamWriter {
  private readonly pending = new ByteQueue();
  private working: Promise<void> | undefined;
  private failure: unknown;
  private full = false;

  constructor(
    private readonly store: LogStore,
    private readonly key: LogStreamKey,
    private offset: number,
    private readonly signal: AbortSignal,
    /** How long the loser of a race lets the other replica go ahead. */
    private readonly standbyMs: number,
  ) {}

  /** The store wants no more. */
  get truncated(): boolean {
    return this.full;
  }

  /**
   * Resolves when more may come, which is before the bytes are stored.
   *
   * @throws OutOfStep, or the store's error of an earlier write.
   */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.full) return;
    this.pending.push(bytes);
    if (!this.working) this.start();
    if (this.pending.length > HIGH_WATER) await this.flush();
  }

  /** Resolves when everything written is stored. */
  async flush(): Promise<void> {
    while (this.working) await this.working;
    if (this.failure) throw this.failure;
  }

  private start(): void {
    const working = this.work().finally(() => {
      if (this.working === working) this.working = undefined;
    });
    this.working = working;
  }

  private async work(): Promise<void> {
    try {
      while (this.pending.length > 0 && !this.full) {
        this.signal.throwIfAborted();
        await this.appendOnce();
      }
    } catch (error) {
      this.failure = error;
    }
  }

  private async appendOnce(): Promise<void> {
    const chunk = this.pending.peek(CHUNK);
    try {
      const { truncated } = await this.store.append(
        this.key,
        this.offset,
        chunk,
      );
      this.full = truncated;
      this.advance(chunk.length);
    } catch (error) {
      const size = conflictSize(error);
      if (size === undefined) throw error;
      await this.catchUp(size);
    }
  }

  /** Another replica is ahead: it must have written what we read. */
  private async catchUp(size: number): Promise<void> {
    if (size < this.offset) throw new OutOfStep('the stored log has shrunk');
    const length = Math.min(size - this.offset, this.pending.length);
    const stored = await this.store.read(this.key, this.offset, length);
    if (Buffer.compare(stored, this.pending.peek(length)) !== 0) {
      throw new OutOfStep('another replica stored other bytes');
    }
    this.advance(length);
    await sleep(this.standbyMs, undefined, { signal: this.signal });
  }

  private advance(length: number): void {
    this.offset += length;
    this.pending.drop(length);
  }
}
