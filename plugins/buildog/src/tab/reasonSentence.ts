import type { BuildSummary } from '@buildog/plugin-buildog-common';
import { shortName } from '../text/names';

/** Why a build is where it is, in a sentence for its row. */
export function reasonSentence(build: BuildSummary): string | undefined {
  if (build.phase === 'Canceled') {
    return build.cancelRequestedBy
      ? `Canceled by ${shortName(build.cancelRequestedBy)}.`
      : build.reason?.message;
  }
  return build.phase === 'Succeeded' ? undefined : build.reason?.message;
}
