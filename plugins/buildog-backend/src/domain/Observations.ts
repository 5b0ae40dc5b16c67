import type { MovedTag, Reason } from '@buildog/plugin-buildog-common';
import type { AttemptObservation } from '@buildog/plugin-buildog-node';
import type { ConfirmedImage, SignedState } from './BuildRow';
import type { FailureFacts } from './FailureFacts';

/** An effect that did not work. `retryable`: trying again may help. */
export interface EffectFailure {
  reason: Reason;
  retryable: boolean;
  /** The other side's wish, where it said one. */
  retryAfterMs?: number;
}

/** What an effect found out, or why it could not. */
export type Outcome<T> =
  | { ok: true; value: T }
  | { ok: false; failure: EffectFailure };

/** What is known of one attempt in this pass. Absent fields were not looked at. */
export interface AttemptFacts {
  /** Absent also when the runner did not answer. */
  seen?: AttemptObservation;
  started?: Outcome<{ uid: string }>;
  /** What the log says about an attempt that failed. */
  failure?: FailureFacts;
  logsSettled?: boolean;
  /** The removal was accepted, or there was nothing to remove. */
  removed?: boolean;
}

/**
 * Facts that one pass of the controller has gathered about a Build: by
 * observing before the first decision, then by the effects of each decision.
 * Facts stay true when a commit conflicts, so they are kept over a reload.
 */
export interface Observations {
  attempts: Record<string, AttemptFacts>;
  source?: Outcome<{ revision: string; ref?: string; branch?: string }>;
  verified?: Outcome<{ images: ConfirmedImage[] }>;
  signed?: Outcome<{ signed: Exclude<SignedState, 'NotChecked'> }>;
  /** Digest of each planned tag (`host/path:tag`) before anything moved. */
  tagsBefore?: Outcome<Record<string, string | undefined>>;
  /**
   * The tags after the attempt to move them, each with its state, and why
   * some could not be moved.
   */
  tagsMoved?: { tags: MovedTag[]; failure?: EffectFailure };
}
