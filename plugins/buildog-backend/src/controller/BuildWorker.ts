import { backoffMs } from '../domain/backoff';
import type { Claim } from '../store/ControllerStore';
import type { ControllerDependencies } from './ControllerDependencies';
import { Lease } from './Lease';
import { runPass } from './runPass';
import type { PassContext } from './runPass';

/** Wake-ups sooner than this are kept in the process; later ones are the database's. */
const TIMER_MS = 10_000;

/**
 * Works on builds: claims one, keeps its lease while a pass runs, and gives
 * it back with its next wake-up. A pass that fails is repeated ever more
 * seldom, so that a build nobody foresaw does not keep the others waiting.
 */
export class BuildWorker {
  /** Claimed by the loop or kept over an outage, not worked on now. */
  private readonly claims = new Map<string, Claim>();
  private readonly leases = new Map<string, Lease>();
  private readonly failures = new Map<string, number>();

  constructor(
    private readonly dependencies: ControllerDependencies,
    private readonly options: {
      stopped: AbortSignal;
      /** What passes work with. */
      context(): PassContext;
      wakeIn(buildId: string, ms: number): void;
    },
  ) {}

  /** The next work on that build uses this claim. */
  hold(claim: Claim): void {
    this.claims.set(claim.buildId, claim);
  }

  /** Somebody woke a build that is worked on: a cancel, perhaps. */
  poke(buildId: string): void {
    this.leases.get(buildId)?.poke();
  }

  /** One pass over one build; never rejects. */
  async work(buildId: string): Promise<void> {
    const { logger, metrics } = this.dependencies;
    const since = performance.now();
    try {
      const done = await this.claimAndRun(buildId);
      this.failures.delete(buildId);
      metrics.pass(performance.now() - since, done ? 'Done' : 'Lost');
    } catch (error) {
      metrics.pass(performance.now() - since, 'Failed');
      if (this.options.stopped.aborted) return;
      logger.error(
        `A pass over build ${buildId} failed; it is tried again`,
        error instanceof Error ? error : undefined,
      );
      this.options.wakeIn(buildId, this.nextTryMs(buildId));
    }
  }

  private async claimAndRun(buildId: string): Promise<boolean> {
    const { store, options, replica } = this.dependencies;
    const { leaseMs } = options;
    const held = this.claims.get(buildId);
    this.claims.delete(buildId);
    const claim =
      held ??
      (await store.claimBuild(buildId, { replicaId: replica.id, leaseMs }));
    if (!claim) return false;
    const lease = new Lease(store, claim, leaseMs, this.options.stopped);
    this.leases.set(buildId, lease);
    try {
      return await this.run(lease);
    } catch (error) {
      await this.giveBackFailed(claim);
      throw error;
    } finally {
      lease.release();
      this.leases.delete(buildId);
    }
  }

  private async run(lease: Lease): Promise<boolean> {
    const { store, clock } = this.dependencies;
    const result = await runPass(this.options.context(), lease);
    if (!result) return false;
    const { version, wakeAt } = result;
    const wakeInMs =
      wakeAt && Math.max(0, wakeAt.getTime() - clock().getTime());
    await store.releaseBuild(lease.claim, { version, wakeInMs });
    if (wakeInMs !== undefined && wakeInMs <= TIMER_MS) {
      this.options.wakeIn(lease.claim.buildId, wakeInMs);
    }
    return true;
  }

  /** When the database is away too, the next try goes on with the claim. */
  private async giveBackFailed(claim: Claim): Promise<void> {
    const { buildId, token } = claim;
    this.failures.set(buildId, (this.failures.get(buildId) ?? 0) + 1);
    await this.dependencies.store
      .releaseBuild(claim, { wakeInMs: this.nextTryMs(buildId) })
      .catch(() => this.claims.set(buildId, { buildId, token }));
  }

  private nextTryMs(buildId: string): number {
    return backoffMs(this.failures.get(buildId) ?? 1);
  }
}
