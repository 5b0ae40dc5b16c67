import type {
  LogStreamInfo,
  LogStreamKey,
} from '@buildog/plugin-buildog-common';
import type { LogStore } from '../../logs/LogStore';
import { LogStoreError } from '../../logs/LogStoreError';

interface Stream extends LogStreamInfo {
  key: LogStreamKey;
  bytes: Buffer;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const CONTAINER = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const CUT_LINE = 160;

/**
 * Keeps logs in memory, for tests. Passes the contract of `LogStore`; give
 * several stores the same `streams` to have replicas.
 * @public
 */
export class MemoryLogStore implements LogStore {
  readonly contractVersion = 1;

  constructor(
    private readonly caps = { streamBytes: Infinity, buildBytes: Infinity },
    private readonly streams: Map<string, Stream> = new Map(),
  ) {}

  /** A second store with the same bytes. */
  replica(caps = this.caps): MemoryLogStore {
    return new MemoryLogStore(caps, this.streams);
  }

  async append(
    key: LogStreamKey,
    offset: number,
    bytes: Uint8Array,
  ): Promise<{ size: number; truncated: boolean }> {
    const known = this.find(key);
    const { size, truncated } = known ?? { size: 0, truncated: false };
    if (known && (truncated || known.complete)) return { size, truncated };
    if (offset !== size) {
      throw new LogStoreError('OffsetConflict', `size is ${size}`, { size });
    }
    const stream = known ?? this.begin(key);
    const cut = this.cut(stream, bytes);
    stream.bytes = Buffer.concat([stream.bytes, cut.bytes]);
    stream.size = stream.bytes.length;
    stream.truncated = cut.truncated;
    return { size: stream.size, truncated: cut.truncated };
  }

  async complete(key: LogStreamKey): Promise<void> {
    (this.find(key) ?? this.begin(key)).complete = true;
  }

  async read(
    key: LogStreamKey,
    offset: number,
    limit: number,
  ): Promise<Uint8Array> {
    return (
      this.find(key)?.bytes.subarray(offset, offset + limit) ?? Buffer.alloc(0)
    );
  }

  async stat(key: LogStreamKey): Promise<LogStreamInfo | undefined> {
    const stream = this.find(key);
    return stream && infoOf(stream);
  }

  async list(attempt: {
    buildId: string;
    attemptId: string;
  }): Promise<LogStreamInfo[]> {
    return [...this.streams.values()]
      .filter(
        ({ key }) =>
          key.buildId === attempt.buildId &&
          key.attemptId === attempt.attemptId,
      )
      .map(infoOf);
  }

  async purge(buildId: string): Promise<void> {
    for (const stream of this.streams.values()) {
      if (stream.key.buildId === buildId) {
        Object.assign(stream, {
          bytes: Buffer.alloc(0),
          complete: true,
          purged: true,
        });
      }
    }
  }

  async listBuilds(options: {
    limit: number;
    after?: string;
  }): Promise<string[]> {
    const streams = [...this.streams.values()];
    const ids = [...new Set(streams.map(stream => stream.key.buildId))];
    const from = options.after ? ids.indexOf(options.after) + 1 : 0;
    return ids
      .slice(from)
      .filter(id => streams.some(s => s.key.buildId === id && !s.purged))
      .slice(0, options.limit);
  }

  private find(key: LogStreamKey): Stream | undefined {
    for (const [field, value, shape] of [
      ['buildId', key.buildId, ID],
      ['attemptId', key.attemptId, ID],
      ['container', key.container, CONTAINER],
    ] as const) {
      if (!shape.test(value)) {
        throw new LogStoreError('InvalidKey', `${field} is not valid`);
      }
    }
    return this.streams.get(textOf(key));
  }

  private begin(key: LogStreamKey): Stream {
    const stream = {
      key,
      container: key.container,
      bytes: Buffer.alloc(0),
      size: 0,
      complete: false,
      truncated: false,
      purged: false,
    };
    this.streams.set(textOf(key), stream);
    return stream;
  }

  private cut(
    stream: Stream,
    bytes: Uint8Array,
  ): { bytes: Uint8Array; truncated: boolean } {
    const { streamBytes, buildBytes } = this.caps;
    const inBuild = [...this.streams.values()]
      .filter(other => other.key.buildId === stream.key.buildId)
      .reduce((sum, other) => sum + other.bytes.length, 0);
    const cap = streamBytes - stream.size <= buildBytes - inBuild;
    const room = Math.max(
      0,
      Math.min(streamBytes - stream.size, buildBytes - inBuild) - CUT_LINE,
    );
    if (bytes.length <= room) return { bytes, truncated: false };
    const end = Buffer.from(bytes).lastIndexOf(10, Math.max(0, room - 1));
    const kept = bytes.subarray(0, end >= 0 ? end + 1 : room);
    const joint = kept.at(-1) === 10 || kept.length === 0 ? '' : '\n';
    const line = `${new Date().toISOString()} [buildog] The cap is ${
      cap ? streamBytes : buildBytes
    } bytes.\n`;
    return {
      bytes: Buffer.concat([kept, Buffer.from(joint + line)]),
      truncated: true,
    };
  }
}

function infoOf(stream: Stream): LogStreamInfo {
  const { container, size, complete, truncated, purged } = stream;
  return { container, size, complete, truncated, purged };
}

function textOf(key: LogStreamKey): string {
  return `${key.buildId}/${key.attemptId}/${key.container}`;
}
