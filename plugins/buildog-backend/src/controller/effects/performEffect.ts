import type { Effect } from '../../domain/Effect';
import type { EffectFailure } from '../../domain/Observations';
import { jobOf } from '../EffectContext';
import type { EffectContext, EffectResult } from '../EffectContext';
import { isExpected, toFailure } from '../toFailure';
import { admit } from './admit';
import { explainFailure } from './explainFailure';
import { moveTags } from './moveTags';
import { readTags } from './readTags';
import { removeAttempt } from './removeAttempt';
import { resolveSource } from './resolveSource';
import { sign } from './sign';
import { startAttempt } from './startAttempt';
import { verify } from './verify';

const DOING: Record<Effect['type'], string> = {
  resolveSource: 'find the commit',
  admit: 'admit the build',
  startAttempt: 'start the job',
  attachLogs: 'follow the logs',
  explainFailure: 'read the log of the failed job',
  settleLogs: 'store the logs',
  removeAttempt: 'remove the job',
  verify: 'verify the image in the registry',
  sign: 'sign the image',
  readTags: 'read the tags',
  moveTags: 'move the tags',
};

/**
 * Does one effect and turns whatever it throws into a fact for the next
 * decision. Throws only when the pass itself was aborted or the store failed.
 */
export async function performEffect(
  context: EffectContext,
  effect: Effect,
): Promise<EffectResult> {
  const { metrics, clock, logger } = context.dependencies;
  const since = clock().getTime();
  const measure = (ok: boolean) =>
    metrics.effect(effect.type, clock().getTime() - since, ok);
  try {
    const result = await perform(context, effect);
    measure(true);
    return result;
  } catch (error) {
    measure(false);
    context.signal.throwIfAborted();
    const doing = DOING[effect.type];
    if (!isExpected(error)) {
      logger.error(
        `Build ${context.snapshot.build.id}: could not ${doing}`,
        error instanceof Error ? error : undefined,
      );
    }
    return asFact(effect, toFailure(error, doing), error);
  }
}

async function perform(
  context: EffectContext,
  effect: Effect,
): Promise<EffectResult> {
  switch (effect.type) {
    case 'resolveSource':
      return resolveSource(context);
    case 'admit':
      return admit(context);
    case 'startAttempt':
      return startAttempt(context, effect.attemptId);
    case 'attachLogs':
      context.logs.attach(
        context.installationId,
        jobOf(context.snapshot, effect.attemptId),
      );
      return {};
    case 'explainFailure':
      return explainFailure(context, effect.attemptId);
    case 'settleLogs':
      context.logs.settleSoon(
        context.installationId,
        jobOf(context.snapshot, effect.attemptId),
        context.stopped,
        () => context.wake(context.snapshot.build.id),
      );
      return {};
    case 'removeAttempt':
      return removeAttempt(
        context,
        effect.attemptId,
        effect.gracePeriodSeconds,
      );
    case 'verify':
      return verify(context);
    case 'sign':
      return sign(context);
    case 'readTags':
      return readTags(context);
    default:
      return moveTags(context);
  }
}

/** Where a failure stands among the facts; some effects need none. */
function asFact(
  effect: Effect,
  failure: EffectFailure,
  error: unknown,
): EffectResult {
  const outcome = { ok: false as const, failure };
  switch (effect.type) {
    case 'resolveSource':
      return { observed: { source: outcome } };
    case 'startAttempt':
      return {
        attempt: { id: effect.attemptId, facts: { started: outcome } },
      };
    case 'verify':
      return { observed: { verified: outcome } };
    case 'sign':
      return { observed: { signed: outcome } };
    case 'readTags':
      return { observed: { tagsBefore: outcome } };
    case 'moveTags':
      return { observed: { tagsMoved: { tags: [], failure } } };
    case 'admit':
      // Only the store can fail it, and without the store there is no pass.
      throw error;
    default:
      return {};
  }
}
