import { createHash } from 'node:crypto';
import { splitDigest } from '../digest/Digest';
import { isOciError, OciError } from '../errors/OciError';
import { BlobSource } from './callOptions';

/**
 * Reads what is to be uploaded and checks it on the way. Because the HTTP client
 * wraps what a body throws, the reason is kept in {@link VerifiedSource.failure}.
 */
export class VerifiedSource {
  /** Why the last reading ended early, when that was the source's doing. */
  failure: OciError | undefined;

  constructor(private readonly blob: BlobSource) {}

  /**
   * Yields the content from `offset` on. Reads from the first byte all the same,
   * because the digest is that of the whole. `onSent` hears how far it is.
   */
  async *readFrom(
    offset: number,
    onSent?: (position: number) => void,
  ): AsyncGenerator<Buffer, void, undefined> {
    this.failure = undefined;
    const { digest, size } = this.blob;
    const { algorithm, hex } = splitDigest(digest);
    const hash = createHash(algorithm);
    let position = 0;
    try {
      for await (const chunk of await this.blob.open()) {
        const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
        const skip = Math.min(Math.max(offset - position, 0), bytes.length);
        position += bytes.length;
        if (position > size) {
          throw this.mismatch(`has more than the ${size} bytes it should have`);
        }
        hash.update(bytes);
        if (skip === bytes.length) continue;
        yield bytes.subarray(skip);
        onSent?.(position);
      }
      if (position < size) {
        throw this.mismatch(`ended after ${position} of ${size} bytes`);
      }
      if (hash.digest('hex') !== hex) {
        throw this.mismatch('has other bytes than its digest says');
      }
    } catch (error) {
      this.failure = this.explain(error);
      throw this.failure;
    }
  }

  private mismatch(what: string): OciError {
    return new OciError(
      'digestMismatch',
      `the content to be uploaded as ${this.blob.digest} ${what}`,
    );
  }

  private explain(error: unknown): OciError {
    if (isOciError(error)) return error;
    return new OciError(
      'sourceFailed',
      `the content to be uploaded as ${this.blob.digest} could not be read or its progress reported`,
      { cause: error },
    );
  }
}
