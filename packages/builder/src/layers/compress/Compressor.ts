/** Bytes of an archive that are compressed at once. */
export const CHUNK_BYTES = 1024 * 1024;

/**
 * Compresses an archive chunk by chunk, several at once on Node's thread pool.
 * Where chunks begin depends on the archive alone, so that the bytes that come
 * out do not depend on the machine's number of processors or its load.
 */
export interface Compressor {
  /** Goes before all chunks. */
  readonly head: Buffer;
  /**
   * Compresses one chunk. Called in order, without waiting for the one before.
   *
   * @param last - no chunk comes after this one
   */
  compress(chunk: Buffer, last: boolean): Promise<Buffer>;
  /** Goes after all chunks; asked for once, when all have been given. */
  tail(): Buffer;
}
