import { constants, crc32, deflateRaw } from 'node:zlib';
import { Compressor } from './Compressor';

/** What deflate can look back at. */
const WINDOW = 32 * 1024;
const OS_UNKNOWN = 255;
/** What the header says of the strongest and the fastest level. */
const strengths: Readonly<Record<number, number>> = { 9: 2, 1: 4 };

/**
 * One gzip member (RFC 1952) made of chunks that are deflated independently,
 * each with the end of the one before as its dictionary: what pigz does. No
 * name, no time, and no operating system in the header.
 */
export class GzipCompressor implements Compressor {
  readonly head: Buffer;
  private window: Buffer | undefined;
  private crc = 0;
  private size = 0;

  constructor(private readonly level: number) {
    this.head = Buffer.from([
      0x1f,
      0x8b,
      8,
      0,
      0,
      0,
      0,
      0,
      strengths[level] ?? 0,
      OS_UNKNOWN,
    ]);
  }

  compress(chunk: Buffer, last: boolean): Promise<Buffer> {
    this.crc = crc32(chunk, this.crc);
    this.size += chunk.length;
    const dictionary = this.window;
    this.window = chunk.subarray(-WINDOW);
    const options = {
      level: this.level,
      dictionary,
      chunkSize: chunk.length + 4096,
      // A sync flush ends on a byte, so that the next chunk can begin there.
      finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    };
    return new Promise((resolve, reject) => {
      deflateRaw(chunk, options, (error, bytes) =>
        error ? reject(error) : resolve(bytes),
      );
    });
  }

  tail(): Buffer {
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(this.crc >>> 0, 0);
    tail.writeUInt32LE(this.size % 2 ** 32, 4);
    return tail;
  }
}
