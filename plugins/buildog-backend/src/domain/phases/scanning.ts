import type { Draft } from '../Draft';
import { startCanceling } from './canceling';

/** No scanner is configured yet: passed at once. */
export function scanning(draft: Draft): void {
  if (draft.build.cancelRequestedAt) {
    startCanceling(draft);
    return;
  }
  draft.enter('Signing', 'No scanner is configured.');
}
