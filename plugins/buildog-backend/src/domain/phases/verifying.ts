import type { Draft } from '../Draft';
import type { Observations } from '../Observations';
import { startCanceling } from './canceling';
import { waitOrFail } from './waitOrFail';

/** What the pod says is a claim: the registry is asked. */
export function verifying(draft: Draft, { verified }: Observations): void {
  const { build, context, tasks } = draft;
  if (build.cancelRequestedAt) {
    startCanceling(draft);
    return;
  }
  if (verified?.ok) {
    build.images = verified.value.images;
    for (const task of tasks) {
      task.size =
        build.images.find(image => image.digest === task.digest)?.size ??
        task.size;
    }
    draft.enter(
      'Scanning',
      build.images.length === 1
        ? 'The registry has the digest, with the expected platform and labels.'
        : `The registry has all ${build.images.length} digests, with the expected platforms and labels.`,
    );
    return;
  }
  waitOrFail(draft, verified, {
    effect: { type: 'verify' },
    since: build.phaseTimes.Verifying ?? draft.now,
    seconds: context.lifecycle.releaseSeconds,
  });
}
