import type { EffectContext, EffectResult } from '../EffectContext';

/**
 * Runs the serialised admission. It may let in other builds as well, which
 * are then looked at at once.
 */
export async function admit({
  dependencies,
  snapshot,
  wake,
  admissions,
}: EffectContext): Promise<EffectResult> {
  const admitted = await admissions.run();
  const own = admitted.find(({ buildId }) => buildId === snapshot.build.id);
  for (const { buildId } of admitted) {
    if (buildId !== snapshot.build.id) wake(buildId);
  }
  if (!own) return {};
  if (own.version !== snapshot.build.version + 1) {
    // Somebody changed it besides: read all of it.
    return { snapshot: await dependencies.store.getBuild(own.buildId) };
  }
  const { admittedAt, sequence, version } = own;
  return {
    snapshot: {
      ...snapshot,
      build: { ...snapshot.build, admittedAt, sequence, version },
    },
  };
}
