import { z } from 'zod';

/**
 * Where a Build is. Closed: no phase is added without a migration, and no
 * terminal phase is ever left.
 *
 * ```
 * Pending → Queued → Running → Verifying → Scanning → Signing → Tagging → Succeeded
 * Pending → Rejected | Failed        Queued → Superseded | Rejected
 * any phase before Tagging → Canceling → Canceled
 * ```
 * @public
 */
export const BUILD_PHASES = [
  'Pending',
  'Queued',
  'Running',
  'Verifying',
  'Scanning',
  'Signing',
  'Tagging',
  'Canceling',
  'Succeeded',
  'Failed',
  'Rejected',
  'Superseded',
  'Canceled',
] as const;

/** @public */
export type BuildPhase = (typeof BUILD_PHASES)[number];

/** @public */
export const buildPhaseSchema = z.enum(BUILD_PHASES);

/** @public */
export const TERMINAL_BUILD_PHASES = [
  'Succeeded',
  'Failed',
  'Rejected',
  'Superseded',
  'Canceled',
] as const satisfies readonly BuildPhase[];

/**
 * True for a phase that is never left.
 * @public
 */
export function isTerminalBuildPhase(phase: BuildPhase): boolean {
  return (TERMINAL_BUILD_PHASES as readonly BuildPhase[]).includes(phase);
}

/**
 * True while a cancel is still offered: never once tags move, because several
 * registries cannot be moved back as one.
 * @public
 */
export function isCancelablePhase(phase: BuildPhase): boolean {
  return (
    !isTerminalBuildPhase(phase) && phase !== 'Tagging' && phase !== 'Canceling'
  );
}
