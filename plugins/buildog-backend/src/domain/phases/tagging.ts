import type { MovedTag, Reason } from '@buildog/plugin-buildog-common';
import { backoffMs } from '../backoff';
import type { Draft } from '../Draft';
import type { Observations } from '../Observations';
import { reason } from '../reason';
import { plannedTags } from '../tags';
import { waitOrFail } from './waitOrFail';

/**
 * Moves the tags, last of all. What they pointed to before is written down
 * first, so that a crash cannot lose the way back. No cancel from here on.
 */
export function tagging(
  draft: Draft,
  { tagsBefore, tagsMoved }: Observations,
): void {
  const { build, context } = draft;
  const since = build.phaseTimes.Tagging ?? draft.now;
  const seconds = context.lifecycle.releaseSeconds;
  if (build.movedTags.length === 0) {
    const tags = build.plan ? plannedTags(build.plan) : [];
    if (tags.length > 0 && !tagsBefore?.ok) {
      waitOrFail(draft, tagsBefore, {
        effect: { type: 'readTags' },
        since,
        seconds,
      });
      return;
    }
    build.tries = 0;
    build.retryAt = undefined;
    build.movedTags = tags.map(({ reference }) => ({
      reference,
      state: 'Planned',
      previousDigest: tagsBefore?.ok ? tagsBefore.value[reference] : undefined,
    }));
  }

  const backingOff =
    build.retryAt !== undefined &&
    build.retryAt.getTime() > draft.now.getTime();
  if (tagsMoved && !backingOff) {
    build.movedTags = merge(build.movedTags, tagsMoved.tags);
  }
  if (build.movedTags.every(isSettled)) {
    draft.enter('Succeeded', succeeded(build.movedTags));
    return;
  }
  const { failure } = tagsMoved ?? {};
  if (failure && !backingOff) {
    if (!failure.retryable || draft.passed(since, seconds)) {
      const partly = describe(build.movedTags, failure.reason);
      draft.enter('Failed', partly.message, partly);
      return;
    }
    build.tries += 1;
    build.retryAt = new Date(
      draft.now.getTime() + backoffMs(build.tries, failure.retryAfterMs),
    );
    if (build.tries === 1) draft.note('Retrying', failure.reason.message);
  }
  if (build.retryAt && build.retryAt.getTime() > draft.now.getTime()) {
    draft.wakeAt(build.retryAt);
  } else {
    draft.do({ type: 'moveTags' });
  }
}

function merge(known: MovedTag[], results: MovedTag[]): MovedTag[] {
  return known.map(tag => {
    const result = results.find(r => r.reference === tag.reference);
    if (!result || isSettled(tag)) return tag;
    return {
      ...result,
      // After a crash the registry names our own digest as the one before.
      previousDigest: tag.previousDigest,
    };
  });
}

function isSettled(tag: MovedTag): boolean {
  return tag.state === 'Moved' || tag.state === 'Skipped';
}

function succeeded(tags: MovedTag[]): string {
  const moved = tags.filter(tag => tag.state === 'Moved');
  if (tags.length === 0) return 'Published without a tag.';
  if (moved.length === 0) return 'Published. Newer builds own the tags.';
  const before = moved.find(
    tag => tag.previousDigest && tag.previousDigest !== tag.digest,
  );
  const count = moved.length === 1 ? '1 tag' : `${moved.length} tags`;
  return before
    ? `${count} moved. ${before.reference
        .split(':')
        .pop()} pointed to ${before.previousDigest?.slice(0, 19)} before.`
    : `${count} moved.`;
}

function describe(tags: MovedTag[], cause: Reason): Reason {
  const moved = tags.filter(tag => tag.state === 'Moved');
  if (moved.length === 0) return cause;
  const missing = tags.filter(tag => !isSettled(tag)).map(tag => tag.reference);
  return reason(
    'TagsPartlyMoved',
    `${moved.length} of ${tags.length} tags were moved, then: ${
      cause.message
    } Not moved: ${missing.join(', ')}.`,
  );
}
