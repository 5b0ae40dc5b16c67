/**
 * What the controller is to do after a decision was committed. Each is
 * idempotent; one file of `controller/effects` each.
 */
export type Effect =
  /** Find the commit of the branch. */
  | { type: 'resolveSource' }
  /** Ask the serialised admission; it may let this build and others in. */
  | { type: 'admit' }
  /** Make sure that the workload exists. */
  | { type: 'startAttempt'; attemptId: string }
  /** Make sure that its logs flow. */
  | { type: 'attachLogs'; attemptId: string }
  /** Wait for the logs of a failed attempt and read what they say. */
  | { type: 'explainFailure'; attemptId: string }
  /** Wait until every byte of its logs is stored. */
  | { type: 'settleLogs'; attemptId: string }
  /** End the workload and all that belongs to it. */
  | { type: 'removeAttempt'; attemptId: string; gracePeriodSeconds: number }
  /** Ask the registry for every claimed digest. */
  | { type: 'verify' }
  /** Sign every confirmed image. */
  | { type: 'sign' }
  /** Read what the tags point to before any of them moves. */
  | { type: 'readTags' }
  /** Move the tags in every destination. */
  | { type: 'moveTags' };
