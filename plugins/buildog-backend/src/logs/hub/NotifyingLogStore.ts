import type {
  LogStreamInfo,
  LogStreamKey,
} from '@buildog/plugin-buildog-common';
import type { LogStore } from '@buildog/plugin-buildog-node';

/** A store that calls back after each change of a stream. */
export class NotifyingLogStore implements LogStore {
  readonly contractVersion = 1;

  constructor(
    private readonly store: LogStore,
    private readonly changed: (key: LogStreamKey) => void,
  ) {}

  async append(
    key: LogStreamKey,
    offset: number,
    bytes: Uint8Array,
  ): Promise<{ size: number; truncated: boolean }> {
    const result = await this.store.append(key, offset, bytes);
    this.changed(key);
    return result;
  }

  async complete(key: LogStreamKey): Promise<void> {
    await this.store.complete(key);
    this.changed(key);
  }

  read(key: LogStreamKey, offset: number, limit: number): Promise<Uint8Array> {
    return this.store.read(key, offset, limit);
  }

  stat(key: LogStreamKey): Promise<LogStreamInfo | undefined> {
    return this.store.stat(key);
  }

  list(attempt: {
    buildId: string;
    attemptId: string;
  }): Promise<LogStreamInfo[]> {
    return this.store.list(attempt);
  }

  /** Readers hear of it at their next look. */
  purge(buildId: string): Promise<void> {
    return this.store.purge(buildId);
  }

  listBuilds(options: { limit: number; after?: string }): Promise<string[]> {
    return this.store.listBuilds(options);
  }
}
