import { setTimeout as sleep } from 'node:timers/promises';

/** Lets many loops wait for time to pass or for news, whichever is first. */
export class Bell {
  #ringing = new AbortController();

  private constructor() {}

  static create(): Bell {
    return new Bell();
  }

  /** Wakes everybody who is waiting now. */
  ring(): void {
    const ringing = this.#ringing;
    this.#ringing = new AbortController();
    ringing.abort();
  }

  /**
   * Waits for the bell.
   *
   * @returns whether it rang; `false` when the time was over or `signal` aborted
   */
  async wait(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    const { signal: rung } = this.#ringing;
    try {
      await sleep(milliseconds, undefined, {
        signal: AbortSignal.any([rung, signal]),
      });
    } catch {
      // Woken early.
    }
    return rung.aborted;
  }
}
