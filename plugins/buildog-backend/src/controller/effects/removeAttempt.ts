import { attemptRef } from '../../domain/attempts/attemptRef';
import { attemptOf } from '../EffectContext';
import type { EffectContext, EffectResult } from '../EffectContext';
import { runnerOf } from '../runnerOf';

/** Longest time for the cluster to accept a removal. */
const TIMEOUT_MS = 30_000;

/** Ends a workload and all that belongs to it; fine when nothing is there. */
export async function removeAttempt(
  { dependencies, installationId, snapshot }: EffectContext,
  attemptId: string,
  gracePeriodSeconds: number,
): Promise<EffectResult> {
  const attempt = attemptOf(snapshot, attemptId);
  await runnerOf(dependencies, attempt.cluster).remove(
    attemptRef(installationId, attempt),
    { gracePeriodSeconds, signal: AbortSignal.timeout(TIMEOUT_MS) },
  );
  return { attempt: { id: attemptId, facts: { removed: true } } };
}
