import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { attemptOf } from '../job/labels';

/**
 * Objects of attempts, found by their attempt without looking at the others:
 * every change of every pod asks for them.
 */
export class AttemptObjects<T extends V1Job | V1Pod> {
  private readonly byAttempt = new Map<string, Map<string, T>>();

  /** Objects of an attempt, in the order they were first heard of. */
  of(attemptId: string): T[] {
    return [...(this.byAttempt.get(attemptId)?.values() ?? [])];
  }

  /** Adds an object or replaces its earlier state; what is no attempt's is left out. */
  set(object: T): void {
    const { attemptId, uid } = keysOf(object);
    if (attemptId === undefined) return;
    const objects = this.byAttempt.get(attemptId) ?? new Map<string, T>();
    objects.set(uid, object);
    this.byAttempt.set(attemptId, objects);
  }

  delete(object: T): void {
    const { attemptId, uid } = keysOf(object);
    if (attemptId === undefined) return;
    const objects = this.byAttempt.get(attemptId);
    objects?.delete(uid);
    if (objects?.size === 0) this.byAttempt.delete(attemptId);
  }

  /** Forgets everything. @returns the attempts that had objects. */
  clear(): string[] {
    const attempts = [...this.byAttempt.keys()];
    this.byAttempt.clear();
    return attempts;
  }
}

function keysOf({ metadata }: V1Job | V1Pod) {
  return {
    attemptId: attemptOf(metadata ?? {})?.attemptId,
    uid: metadata?.uid ?? '',
  };
}
