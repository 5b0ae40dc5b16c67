import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Digest } from '@buildog/oci';
import { CHUNK_BYTES, Compressor } from './Compressor';

/** What was written. */
export interface WrittenBlob {
  /** sha256 of the bytes that were given. */
  readonly diffId: Digest;
  /** sha256 of the bytes in the file. */
  readonly digest: Digest;
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes that were given. */
  readonly unpackedSize: number;
}

/**
 * Writes an archive compressed into a file, and computes both digests in that
 * one pass. Holds a few chunks, whatever the size of the archive.
 */
export class BlobWriter {
  private readonly unpacked = createHash('sha256');
  private readonly packed = createHash('sha256');
  private readonly file: number;
  private chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  private used = 0;
  private unpackedSize = 0;
  private size = 0;
  private closed = false;
  private readonly underWay: Promise<Buffer>[] = [];

  /** @param path - a file that is not there yet */
  constructor(
    path: string,
    private readonly compressor: Compressor,
    private readonly limit = availableParallelism() + 2,
  ) {
    this.file = openSync(path, 'wx', 0o600);
    this.put(compressor.head);
  }

  /** Bytes so far. */
  get offset(): number {
    return this.unpackedSize + this.used;
  }

  /** Appends bytes, which may be changed afterwards. Small ones are done at once; wait for what it returns. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (bytes.length < CHUNK_BYTES - this.used) {
      this.chunk.set(bytes, this.used);
      this.used += bytes.length;
      return undefined;
    }
    return this.writeLarge(bytes);
  }

  /**
   * Room that can be filled without copying: at least one byte. Say with
   * {@link BlobWriter.filled} how much of it was used.
   */
  room(): Buffer {
    return this.chunk.subarray(this.used);
  }

  /** See {@link BlobWriter.room}. */
  filled(bytes: number): Promise<void> | undefined {
    this.used += bytes;
    return this.used === CHUNK_BYTES ? this.flush(false) : undefined;
  }

  /** Ends the file. */
  async finish(): Promise<WrittenBlob> {
    await this.flush(true);
    while (this.underWay.length > 0) await this.drain();
    this.put(this.compressor.tail());
    this.close();
    return {
      diffId: `sha256:${this.unpacked.digest('hex')}`,
      digest: `sha256:${this.packed.digest('hex')}`,
      size: this.size,
      unpackedSize: this.unpackedSize,
    };
  }

  /** Gives up: closes the file. For when something failed before the end. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.underWay);
    this.close();
  }

  private async writeLarge(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + CHUNK_BYTES - this.used);
      this.chunk.set(part, this.used);
      at += part.length;
      await this.filled(part.length);
    }
  }

  private async flush(last: boolean): Promise<void> {
    const chunk = this.chunk.subarray(0, this.used);
    this.chunk = Buffer.allocUnsafe(last ? 0 : CHUNK_BYTES);
    this.used = 0;
    this.unpackedSize += chunk.length;
    const compressed = this.compressor.compress(chunk, last);
    // It is waited for later, in order; until then a failure is nobody's.
    compressed.catch(() => undefined);
    this.underWay.push(compressed);
    // While threads compress, this one computes the digest.
    this.unpacked.update(chunk);
    while (this.underWay.length >= this.limit) await this.drain();
  }

  private async drain(): Promise<void> {
    const bytes = await this.underWay[0];
    this.underWay.shift();
    this.put(bytes);
  }

  private put(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(this.file, bytes, at);
    }
    this.packed.update(bytes);
    this.size += bytes.length;
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.file);
  }
}
