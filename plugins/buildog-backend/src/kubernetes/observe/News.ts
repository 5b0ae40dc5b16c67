import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { AttemptRef } from '@buildog/plugin-buildog-node';
import { observeJob } from './observeJob';

/**
 * Tells changes of what is known about attempts from changes of their objects
 * that say nothing new: a Job's counters follow its pod's state, and a Job
 * that merely exists is what its maker knows already. Each piece of news
 * costs the controller a pass.
 */
export class News {
  private readonly known = new Map<string, string>();

  /** Whether an attempt's objects say something else than at the last call. */
  about(attempt: AttemptRef, job: V1Job, pods: V1Pod[]): boolean {
    const { attemptId } = attempt;
    const seen = observeJob(attempt, job, pods);
    const merelyExists =
      seen.state === 'Present' &&
      !seen.pod &&
      !seen.jobCondition &&
      !seen.removing;
    const text = merelyExists ? '' : JSON.stringify(seen);
    if (text === (this.known.get(attemptId) ?? '')) return false;
    this.known.set(attemptId, text);
    return true;
  }

  /** The attempt's Job is gone. */
  forget(attemptId: string): void {
    this.known.delete(attemptId);
  }
}
