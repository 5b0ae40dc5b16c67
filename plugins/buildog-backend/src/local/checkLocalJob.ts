import { RunnerError } from '@buildog/plugin-buildog-node';
import type { LocalBuild, PreparedJob } from '@buildog/plugin-buildog-node';

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const ID = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const FILE_NAME = /^[a-z0-9-][a-z0-9.-]{0,62}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const FOLDER = /^\/(?!.*(?:^|\/)\.\.?(?:\/|$))[^\0]+$/;
/** Places that a cache must not cover. */
const RESERVED =
  /^\/(bin|boot|buildog|dev|etc|lib\w*|proc|root|run|sbin|sys|tmp|usr)?(\/|$)/;

/**
 * Refuses a job that cannot become processes of this machine, or that would
 * reach beyond its own. Gives its local form.
 *
 * @throws RunnerError `InvalidJob`, naming the field and the value.
 */
export function checkLocalJob(job: PreparedJob): LocalBuild {
  const { attempt, build } = job;
  demand(DNS_LABEL.test(attempt.name), 'attempt.name', attempt.name);
  for (const key of [
    'installationId',
    'buildId',
    'taskId',
    'attemptId',
  ] as const) {
    demand(ID.test(attempt[key]), `attempt.${key}`, attempt[key]);
  }
  demand(job.deadlineSeconds > 0, 'deadlineSeconds', job.deadlineSeconds);
  if (!build.local) {
    throw new RunnerError(
      'InvalidJob',
      'build.local cannot be absent: this scheduler runs on clusters only; choose one that builds on this machine as well, such as ossb',
      { retryable: false },
    );
  }
  const { architecture } = job.platform;
  const { command, args, env, files = {}, folders = [] } = build.local;
  demand(architecture !== '', 'platform.architecture', architecture);
  const noNul = (text: string) => !text.includes('\0');
  demand(
    command !== '' && [command, ...args].every(noNul),
    'build.local.args',
    command,
  );
  for (const [name, value] of Object.entries(env)) {
    demand(VARIABLE.test(name) && noNul(value), 'build.local.env', name);
  }
  for (const name of Object.keys(files)) {
    demand(FILE_NAME.test(name), 'build.local.files', name);
  }
  for (const folder of folders) {
    demand(
      FOLDER.test(folder) && !RESERVED.test(folder),
      'build.local.folders',
      folder,
    );
  }
  for (const path of build.local.readOnlyPaths ?? []) {
    demand(FOLDER.test(path), 'build.local.readOnlyPaths', path);
  }
  return build.local;
}

function demand(holds: boolean, field: string, value: unknown): void {
  if (holds) return;
  throw new RunnerError(
    'InvalidJob',
    `${field} cannot be ${JSON.stringify(value).slice(0, 200)}`,
    { retryable: false },
  );
}
