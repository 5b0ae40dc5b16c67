import type { LogStore } from '@buildog/plugin-buildog-node';

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

/**
 * Live readers of logs. Transports write through `hub.store`; readers use
 * `hub.follow(key, offset, {signal})`.
 */
export class LogHub {
  constructor(readonly options: LogHubOptions) {}
}
