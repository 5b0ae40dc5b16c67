import { z } from 'zod';

/**
 * Where a BuildTask (Variant × Platform) is. An infrastructure failure with
 * attempts left leads back to `Waiting`.
 * @public
 */
export const TASK_PHASES = [
  'Waiting',
  'Starting',
  'Building',
  'Built',
  'Failed',
  'Canceled',
] as const;

/** @public */
export type TaskPhase = (typeof TASK_PHASES)[number];

/** @public */
export const taskPhaseSchema = z.enum(TASK_PHASES);

/** @public */
export function isTerminalTaskPhase(phase: TaskPhase): boolean {
  return phase === 'Built' || phase === 'Failed' || phase === 'Canceled';
}

/**
 * Where an Attempt (one workload for a BuildTask) is. `Requested`: the row
 * exists, the workload may. `Created`: the workload exists. `Lost`: it went
 * away without an exit.
 * @public
 */
export const ATTEMPT_PHASES = [
  'Requested',
  'Created',
  'Running',
  'Exited',
  'Lost',
] as const;

/** @public */
export type AttemptPhase = (typeof ATTEMPT_PHASES)[number];

/** @public */
export const attemptPhaseSchema = z.enum(ATTEMPT_PHASES);

/** @public */
export function isTerminalAttemptPhase(phase: AttemptPhase): boolean {
  return phase === 'Exited' || phase === 'Lost';
}
