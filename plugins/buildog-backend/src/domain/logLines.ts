/** Longest part of a line that is looked at; the rest is skipped. */
const LINE_LIMIT = 16 * 1024;

/** One line of a log stream. */
export interface LogLine {
  /** Where it begins in the stream, in bytes. */
  offset: number;
  /** Where the next one begins. */
  endOffset: number;
  /** RFC 3339, as the runtime stamped it. */
  at?: string;
  /** At most 16 KiB of it, without timestamp and line end. */
  text: string;
}

const STAMPED =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s;

/**
 * Cuts a stream of bytes into lines, remembering where each begins. Keeps at
 * most one limited line in memory, whatever was written.
 */
export class LogLineReader {
  private kept: Uint8Array[] = [];
  private keptBytes = 0;
  private lineStart: number;
  private position: number;

  /** @param offset - where the first byte stands in the stream. */
  constructor(offset = 0) {
    this.lineStart = offset;
    this.position = offset;
  }

  /** Where the next byte is expected. */
  get offset(): number {
    return this.position;
  }

  /** The lines that these bytes complete. */
  push(bytes: Uint8Array): LogLine[] {
    const lines: LogLine[] = [];
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(0x0a, from);
      if (end < 0) break;
      this.keep(bytes.subarray(from, end));
      this.position += end + 1 - from;
      lines.push(this.take());
      from = end + 1;
    }
    this.keep(bytes.subarray(from));
    this.position += bytes.length - from;
    return lines;
  }

  /** The unfinished last line, once no more bytes will come. */
  end(): LogLine[] {
    return this.position > this.lineStart ? [this.take()] : [];
  }

  private keep(bytes: Uint8Array): void {
    const room = LINE_LIMIT - this.keptBytes;
    if (room <= 0 || bytes.length === 0) return;
    // A copy: the caller may reuse its buffer.
    const part = bytes.slice(0, room);
    this.kept.push(part);
    this.keptBytes += part.length;
  }

  private take(): LogLine {
    const line = Buffer.concat(this.kept).toString('utf8').replace(/\r$/, '');
    const stamped = STAMPED.exec(line);
    const result: LogLine = {
      offset: this.lineStart,
      endOffset: this.position,
      at: stamped?.[1],
      text: stamped ? stamped[2] : line,
    };
    this.kept = [];
    this.keptBytes = 0;
    this.lineStart = this.position;
    return result;
  }
}
