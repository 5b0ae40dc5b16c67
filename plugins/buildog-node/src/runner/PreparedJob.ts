import type { Platform } from '@buildog/plugin-buildog-common';
import type { PreparedBuild } from '../scheduler/PreparedBuild';
import type { AttemptRef } from './AttemptObservation';

/**
 * A secret of one container: file name below `/buildog/credentials` to
 * content. Runners must not let any other container see it.
 * @public
 */
export type CredentialFiles = Record<string, string>;

/**
 * One of our own containers in a job: input and credentials by file, as the
 * agent's protocol says (`packages/agent/PROTOCOL.md`).
 * @public
 */
export interface AgentStep {
  /** Content of `/buildog/input/<program>.json`. */
  input: unknown;
  credentials: CredentialFiles;
}

/**
 * Everything a runner needs to run one Attempt: init → build → publish, with
 * the sidecar beside them where logs are pushed.
 * @public
 */
export interface PreparedJob {
  attempt: AttemptRef;
  platform: Platform;
  init: AgentStep;
  build: PreparedBuild;
  publish: AgentStep;
  /** Present with LogTransport `sidecar`. */
  sidecar?: AgentStep;
  /** Wall clock for the whole job. */
  deadlineSeconds: number;
  resources: {
    memoryBytes: number;
    ephemeralStorageBytes: number;
    cpuRequestMillis: number;
  };
  /** For people and for cost: entity, owner, build number. Never a secret. */
  labels: Record<string, string>;
  annotations: Record<string, string>;
}
