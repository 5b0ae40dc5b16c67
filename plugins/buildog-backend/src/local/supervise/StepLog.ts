import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** Longest line that is kept whole; what is longer goes on in the next one. */
const MAX_LINE_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * The log of a step as the kubelet gives it with `timestamps=true`: each line
 * is RFC3339Nano, a blank, the text, a newline. Times never go back.
 */
export class StepLog {
  private readonly file: WriteStream;
  private written = 0;
  private isFull = false;
  private last = 0n;
  /** Nanoseconds between the epoch and the zero of `hrtime`. */
  private readonly epoch =
    BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();

  constructor(path: string, private readonly limitBytes: number) {
    this.file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  }

  /** Takes the chunks of one output; each output has a line of its own. */
  source(): { write(chunk: Buffer): void; end(): void } {
    let rest: Buffer[] = [];
    let length = 0;
    const flush = () => {
      if (length > 0) this.line(Buffer.concat(rest));
      rest = [];
      length = 0;
    };
    return {
      write: chunk => {
        let start = 0;
        let end = chunk.indexOf(NEWLINE);
        while (end >= 0) {
          rest.push(chunk.subarray(start, end));
          this.line(Buffer.concat(rest));
          rest = [];
          length = 0;
          start = end + 1;
          end = chunk.indexOf(NEWLINE, start);
        }
        if (start === chunk.length) return;
        rest.push(Buffer.from(chunk.subarray(start)));
        length += chunk.length - start;
        if (length > MAX_LINE_BYTES) flush();
      },
      end: flush,
    };
  }

  /** True while the disk lags behind; more may be written all the same. */
  get isBehind(): boolean {
    return this.file.writableNeedDrain;
  }

  /** Resolves when the disk has caught up. */
  async caughtUp(): Promise<void> {
    if (!this.isBehind) return;
    await once(this.file, 'drain');
  }

  /** Resolves when everything is in the file. */
  async close(): Promise<void> {
    this.file.end();
    await finished(this.file);
  }

  private line(text: Buffer): void {
    if (this.isFull) return;
    this.written += text.length;
    if (this.written > this.limitBytes) {
      this.isFull = true;
      this.write(
        Buffer.from(
          `[buildog] the log is longer than ${this.limitBytes} bytes; the rest is not kept`,
        ),
      );
      return;
    }
    this.write(text);
  }

  private write(text: Buffer): void {
    const prefix = Buffer.from(`${this.timestamp()} `);
    this.file.write(Buffer.concat([prefix, text, Buffer.from('\n')]));
  }

  private timestamp(): string {
    const now = this.epoch + process.hrtime.bigint();
    this.last = now > this.last ? now : this.last + 1n;
    const seconds = new Date(Number(this.last / 1_000_000n)).toISOString();
    const nanos = (this.last % 1_000_000_000n).toString().padStart(9, '0');
    return `${seconds.slice(0, 19)}.${nanos}Z`;
  }
}
