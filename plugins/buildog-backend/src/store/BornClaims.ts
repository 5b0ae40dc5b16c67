import type { BuildSnapshot } from '../domain/BuildSnapshot';
import type { Claim } from './ControllerStore';

/** How long the process that wrote a build may take to begin with it. */
export const BORN_LEASE_MS = 5_000;

/** Nobody woke the build: the loop takes it after this. */
const OLD_MS = 1000;

/**
 * Builds that were written by this process, and leased to it in the same
 * transaction: its controller begins with them without asking the database
 * again. Lost with the process; the leases end by themselves.
 */
export class BornClaims {
  /** The replica that inserts are leased to, once one is registered. */
  replicaId?: string;
  private readonly born = new Map<string, { claim: Claim; at: number }>();

  /** Remembers a build that was committed. */
  put(token: string, snapshot: BuildSnapshot): void {
    const buildId = snapshot.build.id;
    this.born.set(buildId, {
      claim: { buildId, token, snapshot },
      at: performance.now(),
    });
  }

  /** The claim of a build, once. */
  take(buildId: string, replicaId: string): Claim | undefined {
    const entry = this.born.get(buildId);
    if (!entry || replicaId !== this.replicaId) return undefined;
    this.born.delete(buildId);
    return performance.now() - entry.at < BORN_LEASE_MS / 2
      ? entry.claim
      : undefined;
  }

  /** Claims that nobody took for a while. */
  takeOld(replicaId: string): Claim[] {
    if (replicaId !== this.replicaId) return [];
    const old = [...this.born].filter(
      ([, { at }]) => performance.now() - at > OLD_MS,
    );
    return old
      .map(([buildId]) => this.take(buildId, replicaId))
      .filter(claim => claim !== undefined);
  }

  /** The replica leaves. */
  clear(): void {
    this.replicaId = undefined;
    this.born.clear();
  }
}
