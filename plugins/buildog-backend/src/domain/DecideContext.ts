import type { BuildDefaults } from './BuildDefaults';

/** Times of the life cycle, in seconds. `defaultLifecycle` has the defaults. */
export interface Lifecycle {
  /** To find the commit of a branch, tries included. */
  resolveSeconds: number;
  /** In the queue. */
  queueSeconds: number;
  /** An attempt that no node can take is given up after this. */
  neverScheduledSeconds: number;
  /** A container image that cannot be pulled is given up after this. */
  imagePullSeconds: number;
  /** Beyond an attempt's deadline, before the controller acts itself. */
  deadlineGraceSeconds: number;
  /** Verifying, signing and tagging: each, tries included. */
  releaseSeconds: number;
  /** For a canceled workload to be gone; the sweep finishes what is left. */
  cancelSeconds: number;
  /** For the logs of an ended attempt to arrive. */
  settleSeconds: number;
  /** Between SIGTERM and SIGKILL of a canceled workload. */
  cancelGraceSeconds: number;
  /** Longest time without looking at an unfinished build. */
  wakeSeconds: number;
}

/** The life cycle when the configuration says nothing else. */
export const defaultLifecycle: Lifecycle = {
  resolveSeconds: 300,
  queueSeconds: 86_400,
  neverScheduledSeconds: 300,
  imagePullSeconds: 120,
  deadlineGraceSeconds: 30,
  releaseSeconds: 600,
  cancelSeconds: 120,
  settleSeconds: 15,
  cancelGraceSeconds: 5,
  wakeSeconds: 60,
};

/** Everything `decide` needs besides the build; it has no other input. */
export interface DecideContext {
  now: Date;
  installationId: string;
  /** Policy of now; a planned build keeps the one it was planned with. */
  defaults: BuildDefaults;
  lifecycle: Lifecycle;
}
