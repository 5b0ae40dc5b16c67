import { createHash } from 'node:crypto';

/** Reads a stream in pieces of the size the reader wants, and holds no more than one chunk too much. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /**
   * The next `size` bytes, or `undefined` when the stream ended before the first of them.
   *
   * @throws Error when it ends among them.
   */
  async read(size: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for await (const part of this.#take(size)) parts.push(part);
    const bytes = Buffer.concat(parts);
    if (bytes.length === 0 && size > 0) return undefined;
    if (bytes.length < size)
      throw new Error(`the stream ended ${size - bytes.length} bytes early`);
    return bytes;
  }

  /** The SHA-256 of the next `size` bytes, in hex. */
  async digest(size: number): Promise<string> {
    const hash = createHash('sha256');
    let left = size;
    for await (const part of this.#take(size)) {
      hash.update(part);
      left -= part.length;
    }
    if (left > 0) throw new Error(`the stream ended ${left} bytes early`);
    return hash.digest('hex');
  }

  /** Reads to the end, so that what feeds the stream ends too. */
  async drain(): Promise<void> {
    this.#rest = Buffer.alloc(0);
    while (!(await this.#chunks.next()).done);
  }

  async *#take(size: number): AsyncGenerator<Buffer> {
    let left = size;
    while (left > 0) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done) return;
        this.#rest = next.value;
      }
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }
}
