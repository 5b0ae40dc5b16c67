import {
  RunnerError,
  type BuildContainer,
  type PreparedJob,
} from '@buildog/plugin-buildog-node';
import type { ResolvedClusterConfig } from '../KubernetesClusterConfig';
import { AGENT_CONTAINERS } from './names';

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const LABEL_VALUE = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const FILE_NAME = /^[a-z0-9-][a-z0-9.-]{0,62}$/;
const FOLDER = /^\/(?!.*(?:^|\/)\.\.?(?:\/|$))[^\0:]*$/;
const RESERVED = [...AGENT_CONTAINERS, 'proxy'] as readonly string[];

/**
 * Refuses a job that cannot become a pod, or that would reach beyond its own:
 * the API server would say less, and later.
 *
 * @throws RunnerError `InvalidJob`, naming the field and the value.
 */
export function checkJob(
  job: PreparedJob,
  config: ResolvedClusterConfig,
): void {
  const { attempt, build } = job;
  demand(DNS_LABEL.test(attempt.name), 'attempt.name', attempt.name);
  for (const key of [
    'installationId',
    'buildId',
    'taskId',
    'attemptId',
  ] as const) {
    demand(LABEL_VALUE.test(attempt[key]), `attempt.${key}`, attempt[key]);
  }
  demand(job.deadlineSeconds > 0, 'deadlineSeconds', job.deadlineSeconds);
  for (const [key, value] of Object.entries(job.resources)) {
    demand(Number.isSafeInteger(value) && value > 0, `resources.${key}`, value);
  }
  const owner = build.output.ownerUid ?? 0;
  demand(
    Number.isInteger(owner) && owner >= 0 && owner < 2 ** 31,
    'build.output.ownerUid',
    owner,
  );
  demand(build.containers.length > 0, 'build.containers', 'none');
  build.containers.forEach(checkContainer);
  const names = build.containers.map(container => container.name);
  demand(new Set(names).size === names.length, 'build.containers', names);
  if (
    config.hostUsers === 'required' &&
    build.needs.userNamespaces === 'unsupported'
  ) {
    throw new RunnerError(
      'InvalidJob',
      `Cluster ${config.name} requires user namespaces (hostUsers: required), and this scheduler does not run in one; choose another scheduler`,
      { retryable: false },
    );
  }
}

function checkContainer(container: BuildContainer, index: number): void {
  const field = `build.containers[${index}]`;
  demand(
    DNS_LABEL.test(container.name) && !RESERVED.includes(container.name),
    `${field}.name`,
    container.name,
  );
  for (const [number, folder] of container.emptyDirs.entries()) {
    // Our own folders hold inputs and results; nothing may cover them.
    demand(
      FOLDER.test(folder.mountPath) &&
        !/^\/+buildog(\/|$)/.test(folder.mountPath),
      `${field}.emptyDirs[${number}].mountPath`,
      folder.mountPath,
    );
  }
  for (const file of Object.keys(container.files ?? {})) {
    demand(
      FILE_NAME.test(file) && !file.startsWith('..'),
      `${field}.files`,
      file,
    );
  }
}

function demand(holds: boolean, field: string, value: unknown): void {
  if (holds) return;
  throw new RunnerError(
    'InvalidJob',
    `${field} cannot be ${JSON.stringify(value).slice(0, 100)}`,
    { retryable: false },
  );
}
