import { hostname } from 'node:os';
import type {
  AttemptObservation,
  AttemptRef,
  ContainerObservation,
} from '@buildog/plugin-buildog-node';
import { isOwn } from './createAttempt';
import type { AttemptFolder } from './state/AttemptFolder';
import type { AttemptSpec } from './state/AttemptSpec';
import type { AttemptStatus, StepStatus } from './state/AttemptStatus';
import { isAlive } from './state/processIdentity';

/** How long after it was laid out an attempt may be without its process. */
const BIRTH_MS = 30_000;

/** What is true of an attempt now. */
export interface AttemptFacts {
  spec: AttemptSpec;
  status: AttemptStatus;
  removing: boolean;
  /** Its process is gone, and nobody runs its steps any more. */
  lost: boolean;
  begun: boolean;
  alive: boolean;
}

/** Reads an attempt's folder; `undefined` when there is none, or it is another's. */
export async function readAttempt(
  folder: AttemptFolder,
  attempt: AttemptRef,
): Promise<AttemptFacts | undefined> {
  const spec = await folder.spec();
  if (!spec || !isOwn(spec, attempt)) return undefined;
  const supervisor = await folder.supervisor();
  const alive = supervisor !== undefined && (await isAlive(supervisor));
  // Read last: a process that has ended has said all before.
  const status = await folder.status(spec);
  const isNew =
    supervisor === undefined &&
    Date.now() - Date.parse(spec.createdAt) < BIRTH_MS;
  return {
    spec,
    status,
    removing: (await folder.removal()) !== undefined,
    lost: !alive && !isNew && !status.finished,
    begun: supervisor !== undefined,
    alive,
  };
}

/** Translates facts into what a pod of the same would look like. Pure. */
export function observeAttempt(
  facts: AttemptFacts | undefined,
): AttemptObservation {
  if (!facts) return { state: 'Absent' };
  const { spec, status, removing, lost, begun } = facts;
  const { finished } = status;
  return {
    state: 'Present',
    uid: spec.uid,
    removing,
    ...(finished && { jobCondition: finished }),
    pod: {
      name: spec.attempt.name,
      uid: spec.uid,
      nodeName: hostname(),
      phase: phaseOf(facts),
      ...(lost && {
        reason: 'NodeLost',
        message: begun
          ? 'The process that ran this attempt ended before the attempt did.'
          : 'No process ever ran this attempt.',
      }),
      createdAt: new Date(spec.createdAt),
      removing,
      containers: status.steps.map(step => observeStep(step, lost)),
    },
  };
}

function phaseOf({ status, lost, begun }: AttemptFacts) {
  if (lost) return 'Failed';
  if (!begun) return 'Pending';
  if (!status.finished) return 'Running';
  return status.finished.type === 'Complete' ? 'Succeeded' : 'Failed';
}

function observeStep(
  { startedAt, finishedAt, message, ...step }: StepStatus,
  lost: boolean,
): ContainerObservation {
  // The kernel ended what the supervisor ran, and nobody saw how.
  const gone = lost && step.state === 'Running';
  return {
    ...step,
    ...(message && { message }),
    ...(startedAt && { startedAt: new Date(startedAt) }),
    ...(finishedAt && { finishedAt: new Date(finishedAt) }),
    ...(gone && {
      state: 'Terminated' as const,
      reason: 'Error',
      exitCode: 137,
      signal: 9,
    }),
  };
}
