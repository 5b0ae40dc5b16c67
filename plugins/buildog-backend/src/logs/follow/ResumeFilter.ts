import { ByteQueue } from './ByteQueue';
import { logTimeText } from './logTime';
import type { ResumePoint } from './resumePoint';

const NOTHING = new Uint8Array();
const LINE_END = Buffer.from('\n');

/**
 * Takes out of a stream what is stored already. The stream begins with the
 * known lines, or, when the node has rotated a file away meanwhile, somewhere
 * among them or after them; a line of ours then says that something is
 * missing.
 */
export class ResumeFilter {
  private readonly known: Uint8Array[];
  private readonly partial: boolean;
  private readonly held = new ByteQueue();
  /** Index of the known line that is expected next. */
  private next = 0;
  private matched = false;
  private open: boolean;

  constructor(point: Pick<ResumePoint, 'known' | 'partial'>) {
    this.known = point.known;
    this.partial = point.partial;
    this.open = this.known.length > 0;
  }

  /** What of the stream so far is new. */
  push(chunk: Uint8Array): Uint8Array {
    let rest = chunk;
    while (this.open) {
      const end = rest.indexOf(10);
      if (end < 0) {
        this.held.push(rest);
        return NOTHING;
      }
      this.held.push(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      const fresh = this.compare(this.held.take(this.held.length));
      if (fresh) rest = Buffer.concat([fresh, rest]);
    }
    return rest;
  }

  /** At the end of the stream: what was held back for comparison. */
  flush(): Uint8Array {
    const line = this.held.take(this.held.length);
    if (!this.open || line.length === 0) return NOTHING;
    this.open = false;
    const last = this.known.at(-1) ?? NOTHING;
    if (this.partial && startsWith(line, last)) {
      return line.subarray(last.length);
    }
    const again = this.known
      .slice(this.next)
      .some(stored => startsWith(stored, line));
    return again ? NOTHING : Buffer.concat([this.gap(line), line]);
  }

  /**
   * One whole line of the stream. Closes the filter at the last known line,
   * or at a line that is not known.
   *
   * @returns what of the line is new, with its end.
   */
  private compare(line: Uint8Array): Uint8Array | undefined {
    const found = this.find(line);
    if (found === undefined) {
      this.open = false;
      return Buffer.concat([this.gap(line), line, LINE_END]);
    }
    this.matched = true;
    this.next = found + 1;
    if (this.next < this.known.length) return undefined;
    this.open = false;
    if (!this.partial) return undefined;
    const rest = line.subarray(this.known[found].length);
    return Buffer.concat([rest, LINE_END]);
  }

  private find(line: Uint8Array): number | undefined {
    const last = this.known.length - 1;
    for (let index = this.next; index <= last; index++) {
      const stored = this.known[index];
      const same =
        this.partial && index === last
          ? startsWith(line, stored)
          : equal(line, stored);
      if (same) return index;
    }
    return undefined;
  }

  /** What goes before the first new line when it does not follow the last one. */
  private gap(line: Uint8Array): Uint8Array {
    const end = this.partial ? '\n' : '';
    const time = logTimeText(line);
    const note =
      this.matched || time === undefined
        ? ''
        : `${time} [buildog] Output is missing here: the node had rotated it away.\n`;
    return Buffer.from(end + note);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

function startsWith(line: Uint8Array, start: Uint8Array): boolean {
  return (
    line.length >= start.length && equal(line.subarray(0, start.length), start)
  );
}
