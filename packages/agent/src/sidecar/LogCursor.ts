import { lineTimestamp, TIMESTAMP_LIMIT_BYTES } from './timestamp';

const HEAD_BYTES = 4096;
const LF = 0x0a;
const nothing = Buffer.alloc(0);

/** Stands where lines may be missing, after the timestamp of the next line. */
export const GAP_TEXT =
  '[buildog] lines may be missing here: the log was rotated while it could not be read';

/**
 * Knows how far a log was read, across connections.
 *
 * The log API has no byte offsets: each connection starts at the beginning of
 * the container's current file. That file only grows, so a connection whose
 * first bytes are the known ones has the known ones throughout, and they are
 * skipped by count: nothing is lost or repeated. When the first bytes differ,
 * the kubelet has rotated the file in between; then lines up to the last
 * known timestamp are skipped, and a line says that some may be missing.
 */
export class LogCursor {
  #head: Buffer = nothing;
  #fileBytes = 0;
  #lineStart: Buffer = nothing;
  #lastTimestamp = -1n;
  #endsLine = true;
  #lost = false;

  private constructor() {}

  static create(): LogCursor {
    return new LogCursor();
  }

  /** Whether any byte was read. */
  get started(): boolean {
    return this.#fileBytes > 0;
  }

  /** Whether lines may be missing. */
  get lost(): boolean {
    return this.#lost;
  }

  /**
   * Begins a connection; an earlier one is given up.
   *
   * @returns a function that takes the chunks of the connection in order and
   * returns what of them is new
   */
  connect(): (chunk: Buffer) => Buffer {
    let mode: 'known' | 'new' | 'search' = 'known';
    let position = 0;
    let seen: Buffer = nothing;
    let undecided: Buffer = nothing;
    return chunk => {
      const before = position;
      position += chunk.length;
      if (seen.length < HEAD_BYTES) {
        seen = Buffer.concat([seen, chunk]).subarray(0, HEAD_BYTES);
      }
      if (mode === 'known' && !this.#isKnownHead(seen)) {
        // Everything so far belongs to another file: it was less than a line,
        // because lines start with timestamps, and those differ.
        mode = 'search';
        undecided = seen.subarray(0, before);
      }
      if (mode === 'search') {
        const { fresh, rest } = this.#search(Buffer.concat([undecided, chunk]));
        undecided = rest;
        if (fresh.length === 0) return nothing;
        mode = 'new';
        this.#advance(position, seen);
        return this.#take(fresh);
      }
      if (position <= this.#fileBytes) return nothing;
      const known = Math.max(this.#fileBytes - before, 0);
      this.#advance(position, seen);
      return this.#take(chunk.subarray(known));
    };
  }

  #isKnownHead(seen: Buffer): boolean {
    const length = Math.min(seen.length, this.#head.length);
    return this.#head.compare(seen, 0, length, 0, length) === 0;
  }

  #advance(position: number, head: Buffer): void {
    this.#fileBytes = position;
    this.#head = head;
  }

  /** Finds the first line that is newer than all known ones. */
  #search(bytes: Buffer): { fresh: Buffer; rest: Buffer } {
    let at = 0;
    while (at < bytes.length) {
      const line = bytes.subarray(at, at + TIMESTAMP_LIMIT_BYTES);
      const timestamp = lineTimestamp(line) ?? -1n;
      if (timestamp > this.#lastTimestamp) {
        this.#lost = true;
        const stamp = line.toString('latin1').split(' ')[0];
        const gap = `${this.#endsLine ? '' : '\n'}${stamp} ${GAP_TEXT}\n`;
        const fresh = Buffer.concat([Buffer.from(gap), bytes.subarray(at)]);
        return { fresh, rest: nothing };
      }
      const end = bytes.indexOf(LF, at);
      if (end < 0) break;
      at = end + 1;
    }
    return { fresh: nothing, rest: Buffer.from(bytes.subarray(at)) };
  }

  #take(fresh: Buffer): Buffer {
    const lastEnd = fresh.lastIndexOf(LF, fresh.length - 2);
    const continued =
      lastEnd < 0 && !this.#endsLine ? this.#lineStart : nothing;
    const start = fresh.subarray(lastEnd + 1);
    this.#lineStart = Buffer.concat([
      continued,
      start.subarray(0, TIMESTAMP_LIMIT_BYTES),
    ]).subarray(0, TIMESTAMP_LIMIT_BYTES);
    this.#endsLine = fresh[fresh.length - 1] === LF;
    this.#lastTimestamp = lineTimestamp(this.#lineStart) ?? this.#lastTimestamp;
    return fresh;
  }
}
