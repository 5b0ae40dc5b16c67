import type { V1Job } from '@kubernetes/client-node';
import type { KubernetesClient } from '../client/KubernetesClient';
import { findCreateFailure } from './findCreateFailure';
import { instant } from './instant';
import type { CreateFailure } from './observeJob';

/** A pod is there sooner than this after its Job, unless something is wrong. */
const PATIENCE_MS = 2_000;
/** Events of a Job are asked for no more often. */
const AGAIN_MS = 5_000;

interface Known {
  at: number;
  failure: CreateFailure | undefined;
}

/** Why Jobs have no pod, asked rarely enough to be no burden. */
export class CreateFailures {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly client: KubernetesClient,
    private readonly now: () => number = Date.now,
  ) {}

  /** Why this Job has no pod; `undefined` when nothing is known to be wrong. */
  async find(
    job: V1Job,
    signal: AbortSignal,
  ): Promise<CreateFailure | undefined> {
    const uid = job.metadata?.uid ?? '';
    const age =
      this.now() - (instant(job.metadata?.creationTimestamp)?.getTime() ?? 0);
    if (age < PATIENCE_MS) return undefined;
    const known = this.known.get(uid);
    if (known && this.now() - known.at < AGAIN_MS) return known.failure;
    const failure = await findCreateFailure(this.client, job, signal);
    this.forgetOld();
    this.known.set(uid, { at: this.now(), failure });
    return failure;
  }

  private forgetOld(): void {
    for (const [uid, { at }] of this.known) {
      if (this.now() - at >= AGAIN_MS) this.known.delete(uid);
    }
  }
}
