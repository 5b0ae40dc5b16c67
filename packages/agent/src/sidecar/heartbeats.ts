import { setTimeout as sleep } from 'node:timers/promises';
import type { Heartbeat } from '../protocol';
import type { IngestClient } from './IngestClient';

/** How often to say what. */
export interface HeartbeatOptions {
  ingest: IngestClient;
  seconds: number;
  /** Asked for each heartbeat. */
  content: () => Heartbeat;
  /** Told of the first failure in a row. */
  onSilence: (error: unknown) => void;
  signal: AbortSignal;
}

/** Sends heartbeats, the first at once, until the signal aborts. */
export async function heartbeats(options: HeartbeatOptions): Promise<void> {
  const { ingest, seconds, content, onSilence, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const milliseconds = Math.max(1000, seconds * 1000);
      await ingest.heartbeat(
        content(),
        AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]),
      );
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1 && !signal.aborted) onSilence(error);
    }
    await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}
