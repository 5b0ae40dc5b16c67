import { logTimeText } from './logTime';
import type { ResumePoint } from './resumePoint';

/**
 * Takes out of a stream what is stored already. The stream begins with the
 * known lines, or, when the node has rotated a file away meanwhile, somewhere
 * among them or after them; a line of ours then says that something is
 * missing.
 */
export class ResumeFilter {
  private readonly known: Uint8Array[];
  private readonly partial: boolean;
  private next = 0;
  private matched = false;
  private pending: Uint8Array = new Uint8Array();
  private open = true;

  constructor(point: Pick<ResumePoint, 'known' | 'partial'>) {
    this.known = point.known;
    this.partial = point.partial;
    if (this.known.length === 0) this.open = false;
  }

  /** What of the stream so far is new. */
  push(chunk: Uint8Array): Uint8Array {
    if (!this.open) return chunk;
    this.pending = Buffer.concat([this.pending, chunk]);
    for (;;) {
      const end = this.pending.indexOf(10);
      if (end < 0) return new Uint8Array();
      const line = this.pending.subarray(0, end);
      const rest = this.pending.subarray(end + 1);
      const found = this.find(line);
      if (found === undefined) return this.close(this.missing(line));
      this.next = found + 1;
      this.matched = true;
      this.pending = rest;
      if (this.partial && found === this.known.length - 1) {
        // The rest of the line that was stored in part.
        const tail = line.subarray(this.known[found].length);
        return this.close(Buffer.concat([tail, Buffer.from('\n')]));
      }
      if (this.next === this.known.length) return this.close();
    }
  }

  /** At the end of the stream: what was held back for comparison. */
  flush(): Uint8Array {
    if (!this.open) return new Uint8Array();
    const line = this.pending;
    const last = this.known.length - 1;
    if (line.length === 0) return new Uint8Array();
    if (
      this.partial &&
      this.next <= last &&
      startsWith(line, this.known[last])
    ) {
      this.pending = line.subarray(this.known[last].length);
      return this.close();
    }
    const again = this.known
      .slice(this.next)
      .some(old => startsWith(old, line));
    if (again) return new Uint8Array();
    return this.close(this.missing(line));
  }

  private find(line: Uint8Array): number | undefined {
    const last = this.known.length - 1;
    for (let index = this.next; index <= last; index++) {
      const old = this.known[index];
      if (
        equal(old, line) ||
        (this.partial && index === last && startsWith(line, old))
      ) {
        return index;
      }
    }
    return undefined;
  }

  /** What goes before the first new line when it does not follow the last one. */
  private missing(line: Uint8Array): Uint8Array {
    const end = this.partial ? '\n' : '';
    const time = logTimeText(line);
    const note =
      this.matched || time === undefined
        ? ''
        : `${time} [buildog] Output is missing here: the node had rotated it away.\n`;
    return Buffer.from(end + note);
  }

  private close(before: Uint8Array = new Uint8Array()): Uint8Array {
    this.open = false;
    const result = Buffer.concat([before, this.pending]);
    this.pending = new Uint8Array();
    return result;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function startsWith(line: Uint8Array, start: Uint8Array): boolean {
  return (
    line.length >= start.length && equal(line.subarray(0, start.length), start)
  );
}
