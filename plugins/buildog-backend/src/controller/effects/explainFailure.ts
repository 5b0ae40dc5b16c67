import { jobOf } from '../EffectContext';
import type { EffectContext, EffectResult } from '../EffectContext';

/**
 * Waits for the logs of an attempt whose build container failed, and reads
 * which step it was and what the builder said. A log that cannot be had
 * explains nothing, which is an answer too.
 */
export async function explainFailure(
  { dependencies, installationId, snapshot, signal, logs }: EffectContext,
  attemptId: string,
): Promise<EffectResult> {
  const job = jobOf(snapshot, attemptId);
  try {
    await logs.settle(installationId, job, signal);
    const failure = await logs.explain(job);
    return {
      attempt: { id: attemptId, facts: { failure, logsSettled: true } },
    };
  } catch (error) {
    signal.throwIfAborted();
    dependencies.logger.warn(
      `The log of attempt ${attemptId} could not be read to explain its failure`,
      error instanceof Error ? error : undefined,
    );
    return {
      attempt: { id: attemptId, facts: { failure: { seccompRefused: false } } },
    };
  }
}
