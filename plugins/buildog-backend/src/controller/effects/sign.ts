import type { EffectContext, EffectResult } from '../EffectContext';

/** Signs every image that the registry confirmed. */
export async function sign({
  dependencies,
  snapshot: { build },
  signal,
}: EffectContext): Promise<EffectResult> {
  const signed = await dependencies.releaser.sign(build.images, {
    annotations: {
      'dev.buildog.build': build.id,
      'dev.buildog.entity': build.entityRef,
      'dev.buildog.revision': build.revision ?? '',
    },
    signal,
  });
  return { observed: { signed: { ok: true, value: { signed } } } };
}
