import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  LogStore,
  LogTarget,
  LogTransport,
  Runner,
} from '@buildog/plugin-buildog-node';
import { StreamFollower } from './follow/StreamFollower';
import { within } from './within';

/** What a {@link FollowTransport} needs. */
export interface FollowTransportOptions {
  /** The hub's, so that live readers hear of appends. */
  store: LogStore;
  /** Runners by name; looked up at each attach. */
  runners: ReadonlyMap<string, Runner>;
  logger: LoggerService;
  /**
   * How long a replica that another one was quicker than stays behind it.
   * Default 500.
   */
  standbyMs?: number;
}

interface Following {
  stop: AbortController;
  done: Promise<{ complete: boolean }>;
}

/**
 * Log transport `follow`: the controller reads a job's output from the runner
 * and appends it to the store. Several replicas may follow one attempt: they
 * read the same bytes, and the store takes each of them once.
 */
export class FollowTransport implements LogTransport {
  readonly type = 'follow';
  readonly contractVersion = 1;
  private readonly followed = new Map<string, Following>();

  constructor(private readonly options: FollowTransportOptions) {}

  attach(target: LogTarget): void {
    this.follow(target);
  }

  async settle(
    target: LogTarget,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<{ complete: boolean }> {
    const { done } = this.follow(target);
    return (await within(done, options)) ?? { complete: false };
  }

  detach(attemptId: string): void {
    this.followed.get(attemptId)?.stop.abort();
    this.followed.delete(attemptId);
  }

  private follow(target: LogTarget): Following {
    const { attempt, containers } = target;
    const present = this.followed.get(attempt.attemptId);
    if (present) return present;
    const runner = this.options.runners.get(target.runner);
    const stop = new AbortController();
    const done = runner
      ? Promise.all(
          containers.map(container =>
            new StreamFollower({
              store: this.options.store,
              logger: this.options.logger,
              runner,
              attempt,
              container,
              signal: stop.signal,
              standbyMs: this.options.standbyMs ?? 500,
            }).run(),
          ),
        ).then(results => ({ complete: results.every(r => r.complete) }))
      : Promise.resolve({ complete: false });
    if (!runner) {
      this.options.logger.error(
        `No runner ${target.runner} to read the logs of attempt ${attempt.attemptId} from: add the cluster to app-config again, or cancel the build`,
      );
    }
    const following = { stop, done };
    this.followed.set(attempt.attemptId, following);
    return following;
  }
}
