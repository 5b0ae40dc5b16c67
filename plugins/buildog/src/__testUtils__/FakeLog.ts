import type { LogStreamEvent } from '@buildog/plugin-buildog-common';

/** One stream of a log that a test or the dev harness writes. */
export class FakeLog {
  /** What was written so far. */
  bytes: Uint8Array;
  private complete: boolean;
  private waiting: (() => void)[] = [];

  constructor(text = '', options?: { complete?: boolean }) {
    this.bytes = new TextEncoder().encode(text);
    this.complete = options?.complete ?? false;
  }

  get isComplete(): boolean {
    return this.complete;
  }

  append(text: string): void {
    const added = new TextEncoder().encode(text);
    const grown = new Uint8Array(this.bytes.length + added.length);
    grown.set(this.bytes);
    grown.set(added, this.bytes.length);
    this.bytes = grown;
    this.wake();
  }

  end(): void {
    this.complete = true;
    this.wake();
  }

  private wake() {
    const waiting = this.waiting;
    this.waiting = [];
    waiting.forEach(resolve => resolve());
  }

  /** Everything from `offset` on, live. */
  async *stream(
    container: string,
    offset: number,
    signal?: AbortSignal,
  ): AsyncIterable<LogStreamEvent> {
    let at = offset;
    while (!signal?.aborted) {
      const { bytes } = this;
      if (bytes.length > at) {
        yield { type: 'chunk', container, offset: at, bytes: bytes.slice(at) };
        at = bytes.length;
      } else if (this.complete) {
        yield { type: 'complete', size: at, truncated: false };
        return;
      } else {
        await new Promise<void>(resolve => {
          this.waiting.push(resolve);
          signal?.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    }
  }
}
