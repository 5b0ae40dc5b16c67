import type { VertexLabel } from '../graph/Operation';
import type { BuilderError, SourcePosition } from '../errors/BuilderError';
import type { FetchedAddress } from '../execute/Executor';

/**
 * What happens while a graph is solved and images are written. Events of
 * different steps interleave. A step begins with `planned`, then is either
 * `cached`, or `started` and after any number of `output` `finished` or
 * `failed`; a step that was planned and never ran has nothing more.
 *
 * @public
 */
export type SolveEvent =
  | StepPlanned
  | StepEnded
  | StepOutputWritten
  | StepFailed
  | StepFetched
  | Transfer
  | Warning;

/** A step that the result needs; its number is one-based, inputs come first. @public */
export interface StepPlanned {
  readonly type: 'planned';
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  readonly label: VertexLabel;
}

/** A step began, ended well, or was found in the cache. @public */
export interface StepEnded {
  readonly type: 'started' | 'finished' | 'cached';
  readonly step: number;
  readonly label: VertexLabel;
  /** Since it started; 0 for `started`. */
  readonly milliseconds: number;
}

/** Bytes that a `RUN` step printed. @public */
export interface StepOutputWritten {
  readonly type: 'output';
  readonly step: number;
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/** A step failed. Of several that fail, all report; the first one is the build's error. @public */
export interface StepFailed {
  readonly type: 'failed';
  readonly step: number;
  readonly label: VertexLabel;
  readonly milliseconds: number;
  readonly error: BuilderError;
}

/** What a step asked for through the forward proxy; a cached step tells what it asked for when it ran. @public */
export interface StepFetched {
  readonly type: 'fetched';
  readonly step: number;
  readonly addresses: readonly FetchedAddress[];
}

/** Bytes of one blob on their way. Ends with `done` equal to `total`. @public */
export interface Transfer {
  readonly type: 'transfer';
  readonly direction: 'pull' | 'push';
  /** `registry/repository`. */
  readonly repository: string;
  readonly digest: string;
  readonly done: number;
  readonly total: number;
  /** Set at the end: how the bytes came to be there. */
  readonly outcome?: 'transferred' | 'existed' | 'mounted';
}

/** Something a person should know; the build goes on. @public */
export interface Warning {
  readonly type: 'warning';
  readonly message: string;
  readonly position?: SourcePosition;
}

/** Receives events as they happen; must not throw and not take long. @public */
export type SolveListener = (event: SolveEvent) => void;
