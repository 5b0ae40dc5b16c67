import type { LogChunk } from '@buildog/plugin-buildog-common';
import { LogBuffer, LogLine } from './LogBuffer';

/**
 * The log of one attempt: the streams of its containers in the order they
 * run, numbered through. Lines are counted from 0 here and from 1 on the page.
 */
export class LogDocument {
  private readonly buffers: { container: string; buffer: LogBuffer }[] = [];
  private readonly listeners = new Set<() => void>();
  /** Grows with every change. */
  version = 0;

  constructor(containers: readonly string[] = []) {
    containers.forEach(container => this.add(container));
  }

  get containers(): string[] {
    return this.buffers.map(({ container }) => container);
  }

  get lineCount(): number {
    return this.buffers.reduce((sum, b) => sum + b.buffer.lineCount, 0);
  }

  /** Adds a stream behind the others; one that is there already stays. */
  add(container: string): void {
    if (!this.buffer(container)) {
      this.buffers.push({ container, buffer: new LogBuffer() });
    }
  }

  buffer(container: string): LogBuffer | undefined {
    return this.buffers.find(b => b.container === container)?.buffer;
  }

  /** @returns false when the chunk would leave a gap. */
  append(chunk: LogChunk): boolean {
    this.add(chunk.container);
    const added = this.buffer(chunk.container)!.append(
      chunk.offset,
      chunk.bytes,
    );
    this.version++;
    this.listeners.forEach(listener => listener());
    return added;
  }

  /** Number of the container's first line. */
  firstLine(container: string): number {
    let first = 0;
    for (const entry of this.buffers) {
      if (entry.container === container) {
        break;
      }
      first += entry.buffer.lineCount;
    }
    return first;
  }

  line(number: number, options?: { whole?: boolean }): LogLine {
    let index = number;
    for (const { buffer } of this.buffers) {
      if (index < buffer.lineCount) {
        return buffer.line(index, options);
      }
      index -= buffer.lineCount;
    }
    return { text: '', hiddenBytes: 0 };
  }

  /** {@link LogBuffer.rawText} over all streams. */
  rawText(first: number, end: number): string {
    let text = '';
    let offset = 0;
    for (const { buffer } of this.buffers) {
      const from = Math.max(0, first - offset);
      const to = Math.min(buffer.lineCount, end - offset);
      if (from < to) {
        text += buffer.rawText(from, to);
      }
      offset += buffer.lineCount;
    }
    return text;
  }

  /** The whole log as it came, with timestamps. */
  toBlob(): Blob {
    return new Blob(
      this.buffers.map(({ buffer }) => buffer.contents as BlobPart),
      { type: 'text/plain;charset=utf-8' },
    );
  }

  /** Calls `listener` after every change, until the result is called. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
