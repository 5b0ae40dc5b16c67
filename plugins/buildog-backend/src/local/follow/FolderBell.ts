import { watch } from 'node:fs/promises';

/** How soon something is noticed that no event tells of. */
const LOOK_AGAIN_MS = 500;

/** Rings when something in a folder changes, and now and then by itself. */
export class FolderBell {
  private readonly stop = new AbortController();
  private isRung = false;
  private wake: () => void = () => undefined;

  constructor(folder: string, signal: AbortSignal) {
    signal.addEventListener('abort', () => this.wake(), {
      once: true,
      signal: this.stop.signal,
    });
    this.listen(folder).catch(() => undefined);
  }

  /** Resolves when it rang since the last time, or rings. */
  async rung(): Promise<void> {
    if (!this.isRung) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, LOOK_AGAIN_MS);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.isRung = false;
  }

  /** Ends the watch. */
  close(): void {
    this.stop.abort();
    this.wake();
  }

  private async listen(folder: string): Promise<void> {
    const changes = watch(folder, { signal: this.stop.signal });
    const iterator = changes[Symbol.asyncIterator]();
    while (!(await iterator.next()).done) {
      this.isRung = true;
      this.wake();
    }
  }
}
