import { StringDecoder } from 'node:string_decoder';

const MAX_LINE = 64 * 1024;

/** Makes lines of bytes; a line without end is given out in pieces. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  /** Lines that are complete now. A carriage return ends one: what stood there was overwritten. */
  push(bytes: Uint8Array): string[] {
    const text = this.rest + this.decoder.write(Buffer.from(bytes));
    const lines = text.split(/\r\n|\n|\r/);
    this.rest = lines.pop() ?? '';
    if (this.rest.length > MAX_LINE) {
      lines.push(this.rest);
      this.rest = '';
    }
    return lines;
  }

  /** What is left. */
  end(): string[] {
    const last = this.rest + this.decoder.end();
    this.rest = '';
    return last === '' ? [] : [last];
  }
}
