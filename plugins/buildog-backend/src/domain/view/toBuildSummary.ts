import {
  formatPlatform,
  isCancelablePhase,
  isTerminalBuildPhase,
} from '@buildog/plugin-buildog-common';
import type {
  BuildSummary,
  SourceRevision,
} from '@buildog/plugin-buildog-common';
import type { BuildRow } from '../BuildRow';
import type { BuildSnapshot } from '../BuildSnapshot';
import type { TaskRow } from '../TaskRow';
import type { Viewer } from './Viewer';

/** The list's view of a build. Pure. */
export function toBuildSummary(
  { build, tasks }: BuildSnapshot,
  viewer: Viewer,
): BuildSummary {
  const image = (build.plan?.destinations ?? build.inputs.destinations)[0];
  return {
    id: build.id,
    number: build.number,
    kind: build.kind,
    entityRef: build.entityRef,
    ownerRef: build.ownerRef,
    phase: build.phase,
    reason: build.reason,
    trigger: build.trigger,
    branch: build.branch ?? build.inputs.branch,
    source: toSource(build),
    subject: build.subject,
    author: build.author,
    image,
    digest: build.images.find(i => i.repository === image)?.digest,
    signed: build.signed,
    tags: build.plan?.tags ?? [],
    variants: toVariants(tasks),
    createdAt: build.createdAt.toISOString(),
    queuedAt: build.queuedAt?.toISOString(),
    startedAt: build.startedAt?.toISOString(),
    finishedAt: build.finishedAt?.toISOString(),
    cancelRequestedAt: build.cancelRequestedAt?.toISOString(),
    cancelRequestedBy: build.cancelRequestedBy,
    retryOf: build.retryOf,
    allowed: toAllowed(build, viewer),
  };
}

function toSource(build: BuildRow): SourceRevision | undefined {
  if (!build.revision) return undefined;
  return {
    type: 'git',
    url: build.inputs.repositoryUrl,
    revision: build.revision,
    ref: build.ref,
  };
}

function toVariants(tasks: TaskRow[]): BuildSummary['variants'] {
  const variants = new Map<string, BuildSummary['variants'][number]>();
  for (const task of tasks) {
    const variant = variants.get(task.variant) ?? {
      name: task.variant,
      platforms: [],
    };
    variant.platforms.push({
      platform: formatPlatform(task.platform),
      phase: task.phase,
    });
    variants.set(task.variant, variant);
  }
  return [...variants.values()];
}

function toAllowed(build: BuildRow, viewer: Viewer): BuildSummary['allowed'] {
  const finished = isTerminalBuildPhase(build.phase);
  return {
    cancel:
      viewer.mayCancel &&
      isCancelablePhase(build.phase) &&
      build.cancelRequestedAt === undefined,
    retry: viewer.mayCreate && finished && build.revision !== undefined,
    rebuild: viewer.mayCreate && finished,
    readLog: viewer.mayReadLog,
  };
}
