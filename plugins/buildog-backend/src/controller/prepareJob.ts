import { agentPaths, PROTOCOL_VERSION } from '@buildog/agent';
import type {
  InitInputFile,
  PublishInputFile,
  SidecarInputFile,
} from '@buildog/agent';
import type {
  AgentStep,
  PreparedBuild,
  PreparedJob,
  WorkspaceLayout,
} from '@buildog/plugin-buildog-node';
import { attemptRef } from '../domain/attempts/attemptRef';
import type { AttemptRow } from '../domain/AttemptRow';
import type { BuildPlan } from '../domain/BuildPlan';
import type { BuildRow } from '../domain/BuildRow';
import { buildContainerNames, loggedContainers } from '../domain/containers';
import type { TaskRow } from '../domain/TaskRow';
import type { ControllerDependencies } from './ControllerDependencies';
import { EffectError } from './EffectError';

/** Paths inside a job's containers, as every runner mounts them. */
const WORKSPACE: WorkspaceLayout = {
  sourceDir: agentPaths.workspace,
  outputDir: agentPaths.layout.replace(/\/[^/]+$/, ''),
  scratchDir: '/buildog/scratch',
  filesDir: '/buildog/files',
};

/** What the job of an attempt is made from. */
export interface JobInput {
  installationId: string;
  build: BuildRow;
  plan: BuildPlan;
  task: TaskRow;
  attempt: AttemptRow;
}

/**
 * Has the scheduler of the plan prepare its containers. Pure, as schedulers
 * are, so it may be called whenever their names are needed.
 *
 * @throws EffectError when app-config has no such scheduler; SchedulerError.
 */
export function prepareBuild(
  { schedulers }: Pick<ControllerDependencies, 'schedulers'>,
  plan: BuildPlan,
  task: TaskRow,
): PreparedBuild {
  const configured = schedulers.get(plan.scheduler);
  if (!configured) {
    throw new EffectError(
      'SchedulerNotConfigured',
      `buildog.schedulers has no ${plan.scheduler}. Add it, or choose another scheduler.`,
      { category: 'Policy', retryable: false },
    );
  }
  const planned = plan.tasks.find(({ id }) => id === task.id);
  return configured.scheduler.prepare(
    {
      variant: task.variant,
      platform: task.platform,
      dockerfile: plan.dockerfile,
      context: plan.context,
      target: planned?.target,
      buildArgs: planned?.buildArgs ?? {},
      labels: plan.labels,
      annotations: {},
      resources: plan.resources,
    },
    WORKSPACE,
    configured.settings,
  );
}

/** Everything the runner needs: the scheduler's containers between ours. */
export async function prepareJob(
  dependencies: ControllerDependencies,
  input: JobInput,
): Promise<PreparedJob> {
  const { installationId, build, plan, task, attempt } = input;
  const prepared = prepareBuild(dependencies, plan, task);
  const [init, publish, sidecar] = await Promise.all([
    initStep(dependencies, build, plan),
    publishStep(dependencies, plan, task, prepared.output.path),
    sidecarStep(dependencies, plan, attempt, prepared),
  ]);
  return {
    attempt: attemptRef(installationId, attempt),
    platform: task.platform,
    init,
    build: prepared,
    publish,
    sidecar,
    deadlineSeconds: plan.deadlineSeconds,
    resources: plan.resources,
    labels: {
      'buildog.dev/entity': build.entityRef,
      ...(build.ownerRef && { 'buildog.dev/owner': build.ownerRef }),
      'buildog.dev/number': String(build.number),
      'buildog.dev/variant': task.variant,
    },
    annotations: {
      'buildog.dev/entity-ref': build.entityRef,
      ...(build.ownerRef && { 'buildog.dev/owner-ref': build.ownerRef }),
      'buildog.dev/revision': build.revision ?? '',
    },
  };
}

async function initStep(
  { agent, credentials }: ControllerDependencies,
  build: BuildRow,
  plan: BuildPlan,
): Promise<AgentStep> {
  const { repositoryUrl } = build.inputs;
  const { git, ...options } = agent.init(repositoryUrl);
  const input: InitInputFile = {
    ...options,
    protocolVersion: PROTOCOL_VERSION,
    source: {
      ...git,
      type: 'git',
      url: repositoryUrl,
      revision: build.revision ?? '',
      ref: fullRef(build),
    },
    dockerfile: plan.dockerfile,
    context: plan.context,
  };
  return { input, credentials: await credentials.forSource(repositoryUrl) };
}

async function publishStep(
  { agent, credentials }: ControllerDependencies,
  plan: BuildPlan,
  task: TaskRow,
  layoutPath: string,
): Promise<AgentStep> {
  const [repository] = plan.destinations;
  const input: PublishInputFile = {
    ...agent.publish(repository),
    protocolVersion: PROTOCOL_VERSION,
    layoutPath,
    repository,
    expectedPlatform: task.platform,
  };
  return { input, credentials: await credentials.forPush(repository) };
}

async function sidecarStep(
  { agent, store, clock }: ControllerDependencies,
  plan: BuildPlan,
  attempt: AttemptRow,
  prepared: PreparedBuild,
): Promise<AgentStep | undefined> {
  if (attempt.logTransport !== 'sidecar') return undefined;
  if (!agent.ingest) {
    throw new EffectError(
      'IngestNotConfigured',
      'buildog.ingest.url is missing, and log transport sidecar needs it.',
      { category: 'Policy', retryable: false },
    );
  }
  const { ca } = agent.ingest;
  const { token, hash } = agent.ingest.mintToken();
  // Logs may arrive until well after the deadline: the spool outlives outages.
  const lifetimeMs = (plan.deadlineSeconds + 3600) * 1000;
  await store.addIngestToken(
    attempt.id,
    hash,
    new Date(clock().getTime() + lifetimeMs),
  );
  const input: SidecarInputFile = {
    protocolVersion: PROTOCOL_VERSION,
    ingestUrl: agent.ingest.url,
    attemptId: attempt.id,
    containers: loggedContainers(buildContainerNames(prepared)),
    ...(ca && { caFile: ca.path }),
  };
  return {
    input,
    credentials: { 'ingest-token': token, ...(ca && { [ca.file]: ca.pem }) },
  };
}

/** `init` wants a full ref; people name branches. */
function fullRef(build: BuildRow): string | undefined {
  if (build.ref?.startsWith('refs/')) return build.ref;
  const branch = build.branch ?? build.ref;
  return branch && `refs/heads/${branch}`;
}
