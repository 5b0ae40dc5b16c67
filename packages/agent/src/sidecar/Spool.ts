import { open, mkdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Bell } from './Bell';

interface Segment {
  /** Offset of its first byte in the log. */
  start: number;
  size: number;
  path: string;
  file: FileHandle;
}

/**
 * The part of a log that is not delivered yet, in files. Offsets are those
 * of the log. When the limit is reached, {@link append} waits: then the
 * kubelet's own file is the buffer, and reading goes on where it stopped.
 */
export class Spool {
  readonly #segments: Segment[] = [];
  readonly #bell = Bell.create();
  readonly #segmentBytes: number;
  #end = 0;
  #acknowledged = 0;
  #closed = false;
  #count = 0;

  private constructor(
    private readonly directory: string,
    private readonly limitBytes: number,
  ) {
    this.#segmentBytes = Math.max(4096, Math.floor(limitBytes / 8));
  }

  /** Makes an empty one; what an earlier process left in the directory goes. */
  static async create(directory: string, limitBytes: number): Promise<Spool> {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new Spool(directory, limitBytes);
  }

  /** Offset after the last byte that was appended. */
  get end(): number {
    return this.#end;
  }

  /** Offset below which everything is delivered. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Whether nothing more will be appended. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Adds to the end of the log, waiting for room. */
  async append(chunk: Buffer, signal: AbortSignal): Promise<void> {
    while (
      this.#end - this.#acknowledged + chunk.length > this.limitBytes &&
      this.#end > this.#acknowledged
    ) {
      await this.#news(signal);
    }
    const start = this.#end;
    const wanted = chunk.subarray(
      Math.min(chunk.length, Math.max(0, this.#acknowledged - start)),
    );
    if (wanted.length > 0) await this.#write(wanted, start + chunk.length);
    this.#end = start + chunk.length;
    this.#bell.ring();
  }

  /** Says that the log is complete. */
  close(): void {
    this.#closed = true;
    this.#bell.ring();
  }

  /** Waits until there is a byte at `offset`, or the log is complete. */
  async waitFor(offset: number, signal: AbortSignal): Promise<void> {
    while (this.#end <= offset && !this.#closed) await this.#news(signal);
  }

  /** Reads at most `limit` bytes from `offset`, which must not be delivered yet. */
  async read(offset: number, limit: number): Promise<Buffer> {
    const segment = this.#segments.find(
      ({ start, size }) => offset >= start && offset < start + size,
    );
    if (!segment) throw new RangeError(`offset ${offset} is not in the spool`);
    const length = Math.min(limit, segment.start + segment.size - offset);
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await segment.file.read(
      buffer,
      0,
      length,
      offset - segment.start,
    );
    return buffer.subarray(0, bytesRead);
  }

  /**
   * Everything below `offset` is delivered. It may lie beyond the end, when
   * an earlier process of this pod delivered it.
   */
  async acknowledge(offset: number): Promise<void> {
    this.#acknowledged = Math.max(this.#acknowledged, offset);
    // The last one stays: something may be being written to it now.
    while (
      this.#segments.length > 1 &&
      this.#segments[0].start + this.#segments[0].size <= this.#acknowledged
    ) {
      const segment = this.#segments.shift();
      await segment?.file.close();
      if (segment) await rm(segment.path, { force: true });
    }
    this.#bell.ring();
  }

  /** Removes all files. */
  async remove(): Promise<void> {
    await Promise.all(this.#segments.map(({ file }) => file.close()));
    this.#segments.length = 0;
    await rm(this.directory, { recursive: true, force: true });
  }

  async #write(bytes: Buffer, end: number): Promise<void> {
    let last = this.#segments.at(-1);
    const start = end - bytes.length;
    const continues = last && last.start + last.size === start;
    if (!last || !continues || last.size >= this.#segmentBytes) {
      this.#count += 1;
      const path = join(this.directory, String(this.#count));
      last = { start, size: 0, path, file: await open(path, 'wx+', 0o600) };
      this.#segments.push(last);
    }
    await last.file.write(bytes, 0, bytes.length, last.size);
    last.size += bytes.length;
  }

  async #news(signal: AbortSignal): Promise<void> {
    await this.#bell.wait(60_000, signal);
    signal.throwIfAborted();
  }
}
