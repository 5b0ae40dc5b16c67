import type { AttemptRef } from '@buildog/plugin-buildog-node';

/** Our own containers of a job, in the order they start. */
export const AGENT_CONTAINERS = ['sidecar', 'init', 'publish'] as const;

/** One of our own containers. */
export type AgentContainerName = (typeof AGENT_CONTAINERS)[number];

/** Name of the attempt's Secret. Its Job has the attempt's name itself. */
export function secretName(attempt: AttemptRef): string {
  return `${attempt.name}-input`;
}

/** Key of a program's input in the Secret. */
export function inputKey(program: AgentContainerName): string {
  return `${program}.input`;
}

/** Key of a program's credential file in the Secret. */
export function credentialKey(
  program: AgentContainerName,
  file: string,
): string {
  return `${program}.credential.${file}`;
}

/** Key of a file that a scheduler wants in its container. */
export function fileKey(container: string, file: string): string {
  return `build.${container}.${file}`;
}

/** Names of the pod's volumes. */
export const volumeNames = {
  workspace: 'workspace',
  output: 'output',
  scratch: 'scratch',
  spool: 'spool',
  token: 'api-token',
  input: (program: AgentContainerName) => `${program}-input`,
  credentials: (program: AgentContainerName) => `${program}-credentials`,
  temporary: (program: AgentContainerName) => `${program}-tmp`,
  files: (container: number) => `build-${container}-files`,
  /** A scheduler's own empty folder; numbered, because its names may collide with ours. */
  emptyDir: (container: number, folder: number) =>
    `build-${container}-${folder}`,
} as const;
