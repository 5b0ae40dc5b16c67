import type { BuildPhase } from '@buildog/plugin-buildog-common';

/** Where each phase may lead. Terminal phases lead nowhere. */
export const BUILD_TRANSITIONS: Readonly<
  Record<BuildPhase, readonly BuildPhase[]>
> = {
  Pending: ['Queued', 'Rejected', 'Failed', 'Canceling'],
  Queued: ['Running', 'Superseded', 'Rejected', 'Canceling'],
  Running: ['Verifying', 'Failed', 'Canceling'],
  Verifying: ['Scanning', 'Failed', 'Canceling'],
  Scanning: ['Signing', 'Failed', 'Canceling'],
  Signing: ['Tagging', 'Failed', 'Canceling'],
  Tagging: ['Succeeded', 'Failed'],
  Canceling: ['Canceled'],
  Succeeded: [],
  Failed: [],
  Rejected: [],
  Superseded: [],
  Canceled: [],
};

/** Whether a build may go from one phase to the other. Pure. */
export function mayEnter(from: BuildPhase, to: BuildPhase): boolean {
  return BUILD_TRANSITIONS[from].includes(to);
}
