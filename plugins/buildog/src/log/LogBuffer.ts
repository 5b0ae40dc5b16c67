import { collapseCarriageReturns, sanitize } from './sanitize';

/** Bytes of a line that are shown until somebody asks for all of it. */
export const LINE_CAP = 8 * 1024;

/** One line of a log, harmless and ready to be shown. */
export interface LogLine {
  /** RFC 3339, when the line has one. */
  time?: string;
  text: string;
  /** Bytes left out behind {@link LINE_CAP}. */
  hiddenBytes: number;
}

const LF = 0x0a;
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})) ?/;

/**
 * The bytes of one stream with an index of its lines. Bytes are kept as they
 * came and decoded line by line on demand, so that a log of 200,000 lines
 * costs its own size and no more. Invalid UTF-8 becomes U+FFFD.
 */
export class LogBuffer {
  private bytes = new Uint8Array(64 * 1024);
  private length = 0;
  /** Where each line begins. The last may be the start of a line to come. */
  private starts = [0];
  private readonly decoder = new TextDecoder();

  /** Bytes held. */
  get size(): number {
    return this.length;
  }

  /** A copy of what is held, as it came. */
  get contents(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** Lines held; a last line without its line feed counts. */
  get lineCount(): number {
    const last = this.starts.length - 1;
    return this.starts[last] < this.length ? last + 1 : last;
  }

  /**
   * Adds the bytes that begin at `offset`. What is held already is skipped,
   * so a chunk that arrives twice adds nothing.
   *
   * @returns false for a chunk that would leave a gap; nothing is added.
   */
  append(offset: number, chunk: Uint8Array): boolean {
    if (offset > this.length) {
      return false;
    }
    const fresh = chunk.subarray(this.length - offset);
    if (fresh.length === 0) {
      return true;
    }
    this.reserve(this.length + fresh.length);
    this.bytes.set(fresh, this.length);
    for (let at = fresh.indexOf(LF); at >= 0; at = fresh.indexOf(LF, at + 1)) {
      this.starts.push(this.length + at + 1);
    }
    this.length += fresh.length;
    return true;
  }

  private reserve(size: number) {
    if (size > this.bytes.length) {
      const grown = new Uint8Array(Math.max(size, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
  }

  /** A line from 0; `whole` lifts the cap. */
  line(index: number, options?: { whole?: boolean }): LogLine {
    const start = this.starts[index];
    const end =
      index + 1 < this.starts.length ? this.starts[index + 1] - 1 : this.length;
    const shown = options?.whole ? end : Math.min(end, start + LINE_CAP);
    const decoded = this.decoder.decode(this.bytes.subarray(start, shown));
    const stamp = TIMESTAMP.exec(decoded);
    const rest = stamp ? decoded.slice(stamp[0].length) : decoded;
    return {
      time: stamp?.[1],
      text: sanitize(collapseCarriageReturns(rest)),
      hiddenBytes: end - shown,
    };
  }

  /**
   * The text of the lines from `first` up to `end`, as it came: for a quick
   * look whether anything in them is worth a closer one.
   */
  rawText(first: number, end: number): string {
    return this.decoder.decode(
      this.bytes.subarray(this.starts[first], this.starts[end] ?? this.length),
    );
  }

  /** The line that holds the byte at `offset`, or the next one to come. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.starts[middle] <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return Math.min(low, this.lineCount);
  }
}
