import { isOciError } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';

/** When a circuit opens and how long it stays so. */
export interface BreakerPolicy {
  /** Failures in a row. */
  readonly failures: number;
  readonly coolDownMs: number;
}

const defaultPolicy: BreakerPolicy = { failures: 5, coolDownMs: 30_000 };

interface State {
  failures: number;
  openUntil: number;
  last?: unknown;
}

/**
 * Spares a registry that is down, and those who wait for it: after some failed
 * calls in a row (each with its own retries) further ones fail at once, until one
 * is let through after a while and succeeds. One for each registry host.
 */
export class CircuitBreaker {
  private readonly states = new Map<string, State>();

  constructor(
    private readonly policy: BreakerPolicy = defaultPolicy,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Calls a registry unless its circuit is open.
   *
   * @throws {@link BuilderError} `registry`, retryable, when it is
   */
  async run<T>(registry: string, call: () => Promise<T>): Promise<T> {
    const state = this.states.get(registry) ?? { failures: 0, openUntil: 0 };
    this.states.set(registry, state);
    const wait = state.openUntil - this.now();
    if (wait > 0) {
      throw new BuilderError(
        'registry',
        `${registry} failed ${
          state.failures
        } times in a row and is not asked for another ${Math.ceil(
          wait / 1000,
        )} s`,
        { retryable: true, cause: state.last },
      );
    }
    // Half open: one goes ahead, the others wait for what becomes of it.
    if (state.openUntil > 0) {
      state.openUntil = this.now() + this.policy.coolDownMs;
    }
    try {
      const answer = await call();
      this.states.delete(registry);
      return answer;
    } catch (error) {
      if (!isOutage(error)) {
        // It answered: whatever is wrong, the registry is there.
        if (!isOciError(error, 'aborted')) this.states.delete(registry);
        throw error;
      }
      state.failures += 1;
      state.last = error;
      if (state.failures >= this.policy.failures) {
        state.openUntil = this.now() + this.policy.coolDownMs;
      }
      throw error;
    }
  }
}

function isOutage(error: unknown): boolean {
  return (
    isOciError(error, 'network') ||
    isOciError(error, 'registryFault') ||
    isOciError(error, 'rateLimited')
  );
}
