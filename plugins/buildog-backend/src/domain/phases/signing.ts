import type { Draft } from '../Draft';
import type { Observations } from '../Observations';
import { startCanceling } from './canceling';
import { waitOrFail } from './waitOrFail';

/** Signs every image before any tag points to it. */
export function signing(draft: Draft, { signed }: Observations): void {
  const { build, context } = draft;
  if (build.cancelRequestedAt) {
    startCanceling(draft);
    return;
  }
  if (signed?.ok) {
    build.signed = signed.value.signed;
    draft.enter(
      'Tagging',
      build.signed === 'Signed'
        ? 'Signed, and the signature verified with the public key.'
        : 'Not signed: no key is configured for this repository.',
    );
    return;
  }
  waitOrFail(draft, signed, {
    effect: { type: 'sign' },
    since: build.phaseTimes.Signing ?? draft.now,
    seconds: context.lifecycle.releaseSeconds,
  });
}
