import type { ClusterCache } from './ClusterCache';

/** Remembers one ring until somebody waits for it. */
class ChangeBell {
  private rung = false;
  private wake: () => void = () => {};

  ring(): void {
    this.rung = true;
    this.wake();
  }

  async wait(): Promise<void> {
    if (!this.rung) {
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
    this.rung = false;
  }
}

/**
 * Resolves with the first defined answer of `question`, which is asked now
 * and whenever something about the attempt changed. No polling.
 *
 * @throws the signal's reason once it aborts.
 */
export async function waitForAttempt<T>(
  cache: ClusterCache,
  attemptId: string,
  question: () => T | undefined,
  signal: AbortSignal,
): Promise<T> {
  const changed = new ChangeBell();
  const unsubscribe = cache.subscribeTo(attemptId, () => changed.ring());
  const aborted = () => changed.ring();
  signal.addEventListener('abort', aborted);
  try {
    for (;;) {
      signal.throwIfAborted();
      const answer = question();
      if (answer !== undefined) return answer;
      await changed.wait();
    }
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', aborted);
  }
}
