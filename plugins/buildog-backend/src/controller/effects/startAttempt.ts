import { jobOf } from '../EffectContext';
import type { EffectContext, EffectResult } from '../EffectContext';
import { prepareJob } from '../prepareJob';
import { runnerOf } from '../runnerOf';

/** Longest time for the cluster to take a job. */
const TIMEOUT_MS = 30_000;

/**
 * Makes sure that the attempt's workload exists. Names are a function of the
 * attempt, so doing it twice makes one.
 */
export async function startAttempt(
  context: EffectContext,
  attemptId: string,
): Promise<EffectResult> {
  const { dependencies, installationId, snapshot, logs } = context;
  const { attempt, task, build, plan } = jobOf(snapshot, attemptId);
  const runner = runnerOf(dependencies, attempt.cluster);
  logs.remember(attempt);
  const job = await prepareJob(dependencies, {
    installationId,
    build,
    plan,
    task,
    attempt,
  });
  // Not the pass's signal: an answer that is awaited is better than a job
  // nobody knows of.
  const value = await runner.start(job, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (attempt.number === 1) {
    dependencies.metrics.firstWorkload(
      (dependencies.clock().getTime() - build.createdAt.getTime()) / 1000,
    );
  }
  return {
    attempt: { id: attemptId, facts: { started: { ok: true, value } } },
  };
}
