const NEWLINE = 0x0a;

/** Leaves out the lines before a time; times in a log never go back. */
export class LineSkipper {
  private readonly since: string;
  private rest: Buffer = Buffer.alloc(0);
  private found = false;

  constructor(since: Date) {
    // Whole seconds, as the kubelet compares them.
    this.since = since.toISOString().slice(0, 19);
  }

  /** What of the next bytes is wanted. */
  after(chunk: Buffer): Buffer {
    if (this.found) return chunk;
    let text = Buffer.concat([this.rest, chunk]);
    while (text.length >= this.since.length) {
      if (text.toString('latin1', 0, this.since.length) >= this.since) {
        this.found = true;
        return text;
      }
      const end = text.indexOf(NEWLINE);
      if (end < 0) break;
      text = text.subarray(end + 1);
    }
    this.rest = text;
    return Buffer.alloc(0);
  }
}
