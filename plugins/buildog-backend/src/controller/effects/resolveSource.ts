import type { EffectContext, EffectResult } from '../EffectContext';
import { EffectError } from '../EffectError';
import { hostOf } from '../../domain/words';

/** Finds the commit of the branch, or of the default branch. */
export async function resolveSource({
  dependencies,
  snapshot,
  signal,
}: EffectContext): Promise<EffectResult> {
  const { repositoryUrl, branch, ref } = snapshot.build.inputs;
  const resolver = dependencies.sourceResolvers.find(candidate =>
    candidate.handles(repositoryUrl),
  );
  if (!resolver) {
    throw new EffectError(
      'SourceHostNotAllowed',
      `No source resolver takes repositories of ${hostOf(repositoryUrl)}.`,
      { category: 'Policy', retryable: false },
    );
  }
  const value = await resolver.resolve(repositoryUrl, ref ?? branch, {
    signal,
  });
  return { observed: { source: { ok: true, value } } };
}
