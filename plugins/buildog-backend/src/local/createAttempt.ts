import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RunnerError } from '@buildog/plugin-buildog-node';
import type {
  AgentStep,
  AttemptRef,
  LocalBuild,
  PreparedJob,
} from '@buildog/plugin-buildog-node';
import { buildStepName, planSteps } from './planSteps';
import type { StepSettings } from './planSteps';
import { AttemptFolder } from './state/AttemptFolder';
import type { AttemptSpec } from './state/AttemptSpec';

/** What {@link createAttempt} needs. */
export interface CreateAttemptOptions {
  job: PreparedJob;
  build: LocalBuild;
  folder: AttemptFolder;
  settings: StepSettings;
  nice: number;
}

/**
 * Lays out the folder of an attempt, all of it or nothing. One that is there
 * already is adopted.
 *
 * @throws RunnerError `Conflict` for somebody else's, or one that is on its way out.
 */
export async function createAttempt(
  options: CreateAttemptOptions,
): Promise<AttemptSpec> {
  const { job, build, folder, settings, nice } = options;
  const existing = await adopt(folder, job.attempt);
  if (existing) return existing;
  const spec: AttemptSpec = {
    version: 1,
    attempt: job.attempt,
    uid: randomUUID(),
    createdAt: new Date().toISOString(),
    deadlineSeconds: job.deadlineSeconds,
    nice,
    steps: planSteps(job, build, folder, settings),
  };
  const staged = new AttemptFolder(
    join(dirname(dirname(folder.path)), 'staged', spec.uid),
  );
  try {
    await layOut(staged, job, build, spec);
    await rename(staged.path, folder.path);
    return spec;
  } catch (error) {
    await rm(staged.path, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    // Somebody was faster.
    const adopted = await adopt(folder, job.attempt);
    if (adopted) return adopted;
    throw error;
  }
}

/** Whether a folder is an attempt's. */
export function isOwn(spec: AttemptSpec, attempt: AttemptRef): boolean {
  return (
    spec.attempt.attemptId === attempt.attemptId &&
    spec.attempt.installationId === attempt.installationId
  );
}

async function adopt(
  folder: AttemptFolder,
  attempt: AttemptRef,
): Promise<AttemptSpec | undefined> {
  const spec = await folder.spec();
  if (!spec) return undefined;
  if (!isOwn(spec, attempt)) {
    throw new RunnerError(
      'Conflict',
      `This machine has an attempt ${attempt.name} that is not of this installation; give each portal a buildog.runner.local.root of its own`,
      { retryable: false },
    );
  }
  if (await folder.removal()) {
    throw new RunnerError(
      'Conflict',
      `Attempt ${attempt.name} is being removed`,
      { retryable: true, retryAfterMs: 1_000 },
    );
  }
  return spec;
}

async function layOut(
  folder: AttemptFolder,
  job: PreparedJob,
  build: LocalBuild,
  spec: AttemptSpec,
): Promise<void> {
  for (const name of ['workspace', 'output', 'scratch']) {
    await mkdir(folder.work(name), { recursive: true, mode: 0o700 });
  }
  for (const { name } of spec.steps) {
    await mkdir(folder.step(name, 'tmp'), { recursive: true, mode: 0o700 });
    await writeFile(folder.step(name, 'termination-log'), '', { mode: 0o600 });
    await writeFile(folder.step(name, 'log'), '', { mode: 0o600 });
  }
  await agentFiles(folder, 'init', job.init);
  await agentFiles(folder, 'publish', job.publish);
  await writeFiles(folder.step(buildStepName(job), 'files'), build.files ?? {});
  await writeFile(folder.file('spec.json'), JSON.stringify(spec), {
    mode: 0o600,
  });
}

async function agentFiles(
  folder: AttemptFolder,
  program: string,
  { input, credentials }: AgentStep,
): Promise<void> {
  await writeFiles(folder.step(program, 'input'), {
    [`${program}.json`]: JSON.stringify(input),
  });
  await writeFiles(folder.step(program, 'credentials'), credentials);
}

/** Readable by the backend's user alone; and by whoever is root of its namespace. */
async function writeFiles(
  path: string,
  files: Record<string, string>,
): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(path, name), text, { mode: 0o600 });
  }
}
