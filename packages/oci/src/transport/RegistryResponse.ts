import { Readable } from 'node:stream';
import { errorFromCause } from '../errors/errorFromCause';
import { OciError } from '../errors/OciError';

/** The part of an undici response that is used. */
export interface RawResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/**
 * An answer whose body has not been read. Exactly one of `bytes`, `text`,
 * `stream` and `discard` must be called, or its connection stays busy.
 */
export class RegistryResponse {
  constructor(
    private readonly raw: RawResponse,
    readonly url: URL,
    private readonly signal: AbortSignal | undefined,
  ) {
    // A body that breaks after it was discarded must not end the process.
    raw.body.on('error', () => {});
  }

  get status(): number {
    return this.raw.statusCode;
  }

  /** A header's value; of a repeated one the first. */
  header(name: string): string | undefined {
    return this.headerValues(name)[0];
  }

  /** All values of a header that may be repeated. */
  headerValues(name: string): string[] {
    const value = this.raw.headers[name];
    if (value === undefined) return [];
    return Array.isArray(value) ? value : [value];
  }

  /** `Content-Length`, where it is a number. */
  contentLength(): number | undefined {
    const value = this.header('content-length') ?? '';
    return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  }

  /**
   * The whole body. Stops reading and throws `tooLarge` as soon as it is more
   * than `maxBytes`.
   */
  async bytes(maxBytes: number, what: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of this.raw.body) {
        length += chunk.length;
        if (length > maxBytes) {
          throw new OciError(
            'tooLarge',
            `${what} from ${this.url.host} is larger than ${maxBytes} bytes`,
            { host: this.url.host },
          );
        }
        chunks.push(chunk);
      }
    } catch (error) {
      this.raw.body.destroy();
      throw errorFromCause(error, this.url.host, this.signal);
    }
    return Buffer.concat(chunks, length);
  }

  /** At most the first `maxBytes` of the body as text; the rest is dropped. */
  async text(maxBytes: number): Promise<string> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.raw.body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBytes) break;
    }
    return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
  }

  /** The body as it comes. Its errors are raw; see {@link errorFromCause}. */
  stream(): Readable {
    return this.raw.body;
  }

  /** Drops the body: reads it to its end when that is near, else hangs up. */
  async discard(): Promise<void> {
    let length = 0;
    try {
      for await (const chunk of this.raw.body) {
        length += chunk.length;
        if (length > 64 * 1024) break;
      }
    } catch {
      // Nobody wants the body, so nobody cares how it ended.
    }
    this.raw.body.destroy();
  }
}
