import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import type { BuildPhase } from '@buildog/plugin-buildog-common';
import { tidyAttempts } from './attempts/tidyAttempts';
import type { BuildSnapshot } from './BuildSnapshot';
import type { DecideContext } from './DecideContext';
import type { Decision } from './Decision';
import { Draft } from './Draft';
import type { Observations } from './Observations';
import { canceling } from './phases/canceling';
import { pending } from './phases/pending';
import { queued } from './phases/queued';
import { running } from './phases/running';
import { scanning } from './phases/scanning';
import { signing } from './phases/signing';
import { tagging } from './phases/tagging';
import { verifying } from './phases/verifying';

type Rule = (draft: Draft, observations: Observations) => void;

const RULES: Partial<Record<BuildPhase, Rule>> = {
  Pending: pending,
  Queued: queued,
  Running: running,
  Verifying: verifying,
  Scanning: scanning,
  Signing: signing,
  Tagging: tagging,
  Canceling: canceling,
};

/**
 * What happens next with a build, given what is known of it. Pure: the same
 * arguments give the same decision, and deciding again on the outcome with
 * the same observations changes nothing. Phases without work are passed at
 * once, so one decision may enter several.
 */
export function decide(
  snapshot: BuildSnapshot,
  observations: Observations,
  context: DecideContext,
): Decision {
  const draft = new Draft(snapshot, context);
  for (;;) {
    const { phase } = draft.build;
    RULES[phase]?.(draft, observations);
    if (draft.build.phase === phase) break;
  }
  tidyAttempts(draft, observations);
  if (!isTerminalBuildPhase(draft.build.phase)) {
    draft.wakeAt(draft.after(context.lifecycle.wakeSeconds));
  }
  return draft.toDecision();
}
