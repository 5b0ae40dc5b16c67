import type { LogStreamInfo } from '@buildog/plugin-buildog-common';

/**
 * Tells the readers of one stream that it changed: at once when this process
 * wrote, and at the next look when another one did. The looks happen only
 * while somebody reads, and one at a time.
 */
export class StreamWatch {
  private changes = 0;
  private readers = 0;
  private timer: NodeJS.Timeout | undefined;
  private waiting = new Set<() => void>();
  private last = '';

  constructor(
    private readonly stat: () => Promise<LogStreamInfo | undefined>,
    private readonly intervalMs: number,
  ) {}

  /** Grows with every change. Read it before looking at the stream. */
  get version(): number {
    return this.changes;
  }

  join(): void {
    this.readers += 1;
    if (this.readers === 1) this.schedule();
  }

  /** @returns how many readers are left. */
  leave(): number {
    this.readers -= 1;
    if (this.readers === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
    return this.readers;
  }

  notify(): void {
    this.changes += 1;
    const waiting = this.waiting;
    this.waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Resolves once `version` is past `seen`, or the signal aborts. */
  async changedSince(seen: number, signal: AbortSignal): Promise<void> {
    if (this.changes !== seen || signal.aborted) return;
    await new Promise<void>(resolve => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.waiting.delete(wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  private schedule(): void {
    this.timer = setTimeout(() => void this.look(), this.intervalMs);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    try {
      const info = await this.stat();
      const state = JSON.stringify(info ?? {});
      if (state !== this.last) {
        this.last = state;
        this.notify();
      }
    } catch {
      // The readers' own next read says what is wrong with the store.
      this.notify();
    }
    if (this.readers > 0) this.schedule();
  }
}
