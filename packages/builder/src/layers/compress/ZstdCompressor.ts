import { constants, zstdCompress } from 'node:zlib';
import { Compressor } from './Compressor';

/** Zstandard (RFC 8878): each chunk is one frame, and frames may follow each other. */
export class ZstdCompressor implements Compressor {
  readonly head = Buffer.alloc(0);

  constructor(private readonly level: number) {}

  compress(chunk: Buffer): Promise<Buffer> {
    const params = { [constants.ZSTD_c_compressionLevel]: this.level };
    return new Promise((resolve, reject) => {
      zstdCompress(chunk, { params }, (error, bytes) =>
        error ? reject(error) : resolve(bytes),
      );
    });
  }

  tail(): Buffer {
    return Buffer.alloc(0);
  }
}
