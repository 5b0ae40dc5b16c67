import type {
  LogStreamInfo,
  LogStreamKey,
} from '@buildog/plugin-buildog-common';
import type { LogStore } from '@buildog/plugin-buildog-node';
import { NotifyingLogStore } from './hub/NotifyingLogStore';
import { StreamWatch } from './hub/StreamWatch';
import { logKeyText } from './logKey';

/** What a {@link LogHub} needs. */
export interface LogHubOptions {
  /** Where the bytes are. */
  store: LogStore;
  /**
   * How often a stream that somebody reads live is looked at for appends of
   * other replicas; one look per stream, however many read it. Default 400.
   */
  checkMs?: number;
}

/** Bytes that are read from the store at once. */
const READ_BYTES = 64 * 1024;

/**
 * Live readers of logs. Transports write through {@link LogHub.store}, which
 * wakes the readers of this process; appends of other replicas are found by
 * one look per stream and interval.
 */
export class LogHub {
  /** The store, telling the hub about each append. */
  readonly store: LogStore;
  private readonly watches = new Map<string, StreamWatch>();

  constructor(private readonly options: LogHubOptions) {
    this.store = new NotifyingLogStore(options.store, key =>
      this.watches.get(logKeyText(key))?.notify(),
    );
  }

  /**
   * The bytes of a stream from `offset`, those that come included, until it
   * is complete or purged or the signal aborts (then it ends without an
   * error). A stream nobody wrote yet is waited for. Reads only as fast as it
   * is consumed; each piece has at most 64 KiB.
   *
   * @throws LogStoreError.
   */
  async *follow(
    key: LogStreamKey,
    offset: number,
    options: { signal: AbortSignal },
  ): AsyncGenerator<Uint8Array> {
    const { signal } = options;
    const watch = this.join(key);
    let position = offset;
    try {
      while (!signal.aborted) {
        const seen = watch.version;
        const bytes = await this.store.read(key, position, READ_BYTES);
        if (bytes.length > 0) {
          position += bytes.length;
          yield bytes;
        } else if (isOver(await this.store.stat(key), position)) {
          return;
        } else {
          await watch.changedSince(seen, signal);
        }
      }
    } finally {
      this.leave(key, watch);
    }
  }

  /** Resolves when the stream is complete; `false` when the signal came first. */
  async completed(
    key: LogStreamKey,
    options: { signal: AbortSignal },
  ): Promise<boolean> {
    const { signal } = options;
    const watch = this.join(key);
    try {
      while (!signal.aborted) {
        const seen = watch.version;
        if ((await this.store.stat(key))?.complete) return true;
        await watch.changedSince(seen, signal);
      }
      return false;
    } finally {
      this.leave(key, watch);
    }
  }

  private join(key: LogStreamKey): StreamWatch {
    const text = logKeyText(key);
    const watch =
      this.watches.get(text) ??
      new StreamWatch(
        () => this.options.store.stat(key),
        this.options.checkMs ?? 400,
      );
    this.watches.set(text, watch);
    watch.join();
    return watch;
  }

  private leave(key: LogStreamKey, watch: StreamWatch): void {
    if (watch.leave() === 0) this.watches.delete(logKeyText(key));
  }
}

function isOver(info: LogStreamInfo | undefined, position: number): boolean {
  if (!info) return false;
  return info.purged || (info.complete && position >= info.size);
}
