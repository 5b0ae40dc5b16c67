import { plannedTags } from '../../domain/tags';
import type { EffectContext, EffectResult } from '../EffectContext';

/** Reads what the tags point to before any of them moves. */
export async function readTags({
  dependencies,
  snapshot: { build },
  signal,
}: EffectContext): Promise<EffectResult> {
  const tags = build.plan ? plannedTags(build.plan) : [];
  const before = await Promise.all(
    tags.map(async ({ repository, tag, reference }) => [
      reference,
      await dependencies.releaser.resolveTag(repository, tag, { signal }),
    ]),
  );
  return {
    observed: {
      tagsBefore: { ok: true, value: Object.fromEntries(before) },
    },
  };
}
