import type {
  Build,
  BuildPhase,
  BuildSummary,
  TaskPhase,
} from '@buildog/plugin-buildog-common';
import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import type { Tone } from '../theme/tokens';

/** Shapes of status icons; no two statuses that may meet share one. */
export type Shape =
  | 'ring'
  | 'checkDisc'
  | 'alertDisc'
  | 'crossDisc'
  | 'infoDisc'
  | 'block'
  | 'skip'
  | 'clock'
  | 'circle'
  | 'check'
  | 'cross'
  | 'dash';

/** A status as people see it: a word, and the shape and tone beside it. */
export interface Status {
  word: string;
  tone: Tone;
  shape: Shape;
}

const running = (word: string): Status => ({
  word,
  tone: 'running',
  shape: 'ring',
});

const QUEUED: Status = { word: 'Queued', tone: 'waiting', shape: 'clock' };

const BUILD: Record<BuildPhase, Status> = {
  Pending: QUEUED,
  Queued: QUEUED,
  Running: running('Running'),
  Verifying: running('Verifying'),
  Scanning: running('Scanning'),
  Signing: running('Signing'),
  Tagging: running('Tagging'),
  Canceling: { word: 'Canceling', tone: 'neutral', shape: 'ring' },
  Succeeded: { word: 'Succeeded', tone: 'ok', shape: 'checkDisc' },
  Failed: { word: 'Failed', tone: 'failed', shape: 'alertDisc' },
  Rejected: { word: 'Rejected', tone: 'failed', shape: 'block' },
  Superseded: { word: 'Superseded', tone: 'neutral', shape: 'skip' },
  Canceled: { word: 'Canceled', tone: 'neutral', shape: 'crossDisc' },
};

/** A build's status. Pending reads "Queued": the difference is ours alone. */
export function buildStatus(build: BuildSummary): Status {
  const canceling =
    build.cancelRequestedAt && !isTerminalBuildPhase(build.phase);
  return canceling ? BUILD.Canceling : BUILD[build.phase];
}

const TASK: Record<TaskPhase, Status> = {
  Waiting: { word: 'Waiting', tone: 'waiting', shape: 'clock' },
  Starting: { word: 'Starting', tone: 'running', shape: 'ring' },
  Building: { word: 'Building', tone: 'running', shape: 'ring' },
  Built: { word: 'Built', tone: 'ok', shape: 'checkDisc' },
  Failed: { word: 'Failed', tone: 'failed', shape: 'alertDisc' },
  Canceled: { word: 'Canceled', tone: 'neutral', shape: 'crossDisc' },
};

const NOT_STARTED: Status = {
  word: 'Not started',
  tone: 'neutral',
  shape: 'circle',
};

/** A task's status. In a build that has ended, a waiting task never starts. */
export function taskStatus(phase: TaskPhase, buildPhase: BuildPhase): Status {
  return phase === 'Waiting' && isTerminalBuildPhase(buildPhase)
    ? NOT_STARTED
    : TASK[phase];
}

const SMALL: Partial<Record<Shape, Shape>> = {
  checkDisc: 'check',
  alertDisc: 'cross',
  crossDisc: 'dash',
};

/** The same status as a bare mark for small places. */
export function taskMark(phase: TaskPhase, buildPhase: BuildPhase): Status {
  const status = taskStatus(phase, buildPhase);
  return { ...status, shape: SMALL[status.shape] ?? status.shape };
}

/** Status of a phase's bar. */
export function phaseStatus(state: Build['phases'][number]['state']): Status {
  switch (state) {
    case 'Running':
      return running('Running');
    case 'Done':
      return { word: 'Done', tone: 'ok', shape: 'checkDisc' };
    case 'Failed':
      return { word: 'Failed', tone: 'failed', shape: 'alertDisc' };
    case 'Canceled':
      return { word: 'Canceled', tone: 'neutral', shape: 'crossDisc' };
    case 'Skipped':
      return { word: 'Skipped', tone: 'neutral', shape: 'dash' };
    default:
      return NOT_STARTED;
  }
}
