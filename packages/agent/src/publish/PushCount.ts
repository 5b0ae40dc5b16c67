import type { PushProgress } from '@buildog/oci';

/** Counts what a push does, and says each blob in a line of the log. */
export class PushCount {
  pushedBytes = 0;
  mountedBlobs = 0;
  existingBlobs = 0;
  private constructor(private readonly log: (line: string) => void) {}

  static create(log: (line: string) => void): PushCount {
    return new PushCount(log);
  }

  /** Listener for `pushLayout`. */
  readonly onProgress = (event: PushProgress): void => {
    if (event.type !== 'blob') return;
    const { state, size, digest } = event;
    if (state === 'uploaded') this.pushedBytes += size;
    if (state === 'mounted') this.mountedBlobs += 1;
    if (state === 'existed') this.existingBlobs += 1;
    this.log(`publish: ${digest.slice(0, 19)} ${size} bytes ${state}`);
  };
}
