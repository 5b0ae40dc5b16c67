import type { EffectContext, EffectResult } from '../EffectContext';

/** Asks the registry for every claimed digest, in every destination. */
export async function verify({
  dependencies,
  snapshot: { build, tasks },
  signal,
}: EffectContext): Promise<EffectResult> {
  const destinations = build.plan?.destinations ?? [];
  const claims = destinations.flatMap(repository =>
    tasks.map(task => ({
      platform: task.platform,
      repository,
      digest: task.digest ?? '',
    })),
  );
  const images = await dependencies.releaser.verify(claims, {
    expectedLabels: build.plan?.labels ?? {},
    signal,
  });
  return { observed: { verified: { ok: true, value: { images } } } };
}
