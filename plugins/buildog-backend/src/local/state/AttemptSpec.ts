import type { AttemptRef } from '@buildog/plugin-buildog-node';

/** A file or folder of the machine that a step sees. */
export interface StepMount {
  source: string;
  /** Absolute path inside. */
  target: string;
  readOnly: boolean;
  /** With everything that is mounted below it. */
  recursive?: boolean;
}

/** Limits of each process of a step. */
export interface StepLimits {
  memoryBytes?: number;
  /** Of the user all together, where that user is not root. */
  processes?: number;
  fileBytes?: number;
}

/** One program of an attempt: `init`, `build` or `publish`. */
export interface StepSpec {
  name: string;
  /** Program and arguments; found inside. */
  command: string[];
  env: Record<string, string>;
  mounts: StepMount[];
  /** Links inside: path to target. */
  links: Record<string, string>;
  limits: StepLimits;
  /** Runs a builder, which mounts and changes owners; else it has no rights. */
  privileged: boolean;
}

/** What the supervisor of an attempt is told, once and for all. */
export interface AttemptSpec {
  version: 1;
  attempt: AttemptRef;
  /** Of this start; another start of the same name has another. */
  uid: string;
  /** ISO 8601. */
  createdAt: string;
  deadlineSeconds: number;
  /** Added to the priority of all steps, see nice(1). */
  nice: number;
  steps: StepSpec[];
}
