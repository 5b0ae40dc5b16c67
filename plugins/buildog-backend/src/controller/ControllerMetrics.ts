import type { BuildPhase } from '@buildog/plugin-buildog-common';

/** Figures of the controller; all calls are cheap and never throw. */
export interface ControllerMetrics {
  /** A build entered a terminal phase after that many seconds. */
  buildFinished(
    phase: BuildPhase,
    reasonCode: string | undefined,
    seconds: number,
  ): void;
  /** From a build's request to its first workload being accepted. */
  firstWorkload(seconds: number): void;
  /** One pass over a build. */
  pass(milliseconds: number, outcome: 'Done' | 'Failed' | 'Lost'): void;
  /** An effect's call to the world outside. */
  effect(type: string, milliseconds: number, ok: boolean): void;
  /** Of this replica: builds being worked on, and waiting for that. */
  load(passes: number, waiting: number): void;
}

/** Counts nothing. */
export const noMetrics: ControllerMetrics = {
  buildFinished() {},
  firstWorkload() {},
  pass() {},
  effect() {},
  load() {},
};
