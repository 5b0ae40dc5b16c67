import type { MovedTag } from '@buildog/plugin-buildog-common';
import type { BuildRow } from '../../domain/BuildRow';
import type { EffectFailure } from '../../domain/Observations';
import { reason } from '../../domain/reason';
import { plannedTags } from '../../domain/tags';
import type { PlannedTag } from '../../domain/tags';
import type { ControllerDependencies } from '../ControllerDependencies';
import type { EffectContext, EffectResult } from '../EffectContext';
import { toFailure } from '../toFailure';

/** A claim outlives the move, so that two builds never move one tag at once. */
const CLAIM_MS = 60_000;
const MOVE_MS = 30_000;

/**
 * Moves every tag that has not moved yet, one after the other, each under a
 * claim that refuses builds admitted earlier than the tag's last mover. Stops
 * at the first that fails.
 */
export async function moveTags({
  dependencies,
  snapshot: { build },
}: EffectContext): Promise<EffectResult> {
  const done = new Set(
    build.movedTags
      .filter(tag => tag.state === 'Moved' || tag.state === 'Skipped')
      .map(tag => tag.reference),
  );
  const planned = build.plan ? plannedTags(build.plan) : [];
  const tags: MovedTag[] = [];
  for (const tag of planned) {
    if (done.has(tag.reference)) continue;
    const { result, failure } = await moveTag(dependencies, build, tag);
    tags.push(result);
    if (failure) return { observed: { tagsMoved: { tags, failure } } };
  }
  return { observed: { tagsMoved: { tags } } };
}

async function moveTag(
  { store, releaser, logger }: ControllerDependencies,
  build: BuildRow,
  tag: PlannedTag,
): Promise<{ result: MovedTag; failure?: EffectFailure }> {
  const { reference, repository } = tag;
  const digest = build.images.find(i => i.repository === repository)?.digest;
  if (!digest) throw new Error(`No confirmed image in ${repository}.`);
  const claimant = {
    buildId: build.id,
    number: build.number,
    sequence: build.sequence ?? 0,
  };
  const claim = await store.claimTag(tag, { ...claimant, leaseMs: CLAIM_MS });
  if (claim.state === 'Newer') {
    return {
      result: {
        reference,
        state: 'Skipped',
        digest,
        reason: `#${claim.build.number}, admitted later, has moved this tag.`,
      },
    };
  }
  if (claim.state === 'Busy') {
    return {
      result: { reference, state: 'Planned', digest },
      failure: {
        reason: reason(
          'TagMoveFailed',
          `Another build is moving ${reference} just now.`,
        ),
        retryable: true,
      },
    };
  }
  let moved = false;
  try {
    const result = await releaser.moveTag(
      { repository, tag: tag.tag, digest },
      { signal: AbortSignal.timeout(MOVE_MS) },
    );
    moved = result.state === 'Moved';
    return moved ? { result } : { result, failure: notMoved(result) };
  } catch (error) {
    const failure = toFailure(error, `move ${reference}`);
    logger.warn(`Tag ${reference} was not moved: ${failure.reason.message}`);
    return {
      result: {
        reference,
        state: 'Failed',
        digest,
        reason: failure.reason.message,
      },
      failure,
    };
  } finally {
    await store.releaseTag(tag, { ...claimant, moved });
  }
}

function notMoved(tag: MovedTag): EffectFailure | undefined {
  if (tag.state === 'Skipped') return undefined;
  return {
    reason: reason(
      'TagMoveFailed',
      tag.reason ?? `${tag.reference} could not be moved.`,
    ),
    retryable: true,
  };
}
