import type { LogStreamEvent } from '@buildog/plugin-buildog-common';

/** One stream of a log that a test or the dev harness writes. */
export class FakeLog {
  private text = '';
  private complete = false;
  private waiting: (() => void)[] = [];

  constructor(text = '', options?: { complete?: boolean }) {
    this.text = text;
    this.complete = options?.complete ?? false;
  }

  get bytes(): Uint8Array {
    return new TextEncoder().encode(this.text);
  }

  get isComplete(): boolean {
    return this.complete;
  }

  append(text: string): void {
    this.text += text;
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
      const bytes = this.bytes;
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
