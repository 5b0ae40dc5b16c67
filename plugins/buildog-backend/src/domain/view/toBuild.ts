import type { Build } from '@buildog/plugin-buildog-common';
import type { QueuePlace } from '../admission';
import type { BuildSnapshot } from '../BuildSnapshot';
import type { JournalEvent } from '../JournalEvent';
import { latestAttempts } from '../latestAttempts';
import { toBuildSummary } from './toBuildSummary';
import { toBuildTask } from './toBuildTask';
import { toPhaseBars } from './toPhaseBars';
import type { Viewer } from './Viewer';

/** What the page shows besides the snapshot. */
export interface BuildDetails {
  events: JournalEvent[];
  /** From `BuildStore.getQueue`, while the build is queued. */
  queue?: QueuePlace;
  /** Where the revision can be looked at. */
  sourceUrl?: string;
  /** A command that verifies the signature. */
  verifyCommand?: string;
}

/** Everything the build page shows. Pure. */
export function toBuild(
  snapshot: BuildSnapshot,
  viewer: Viewer,
  details: BuildDetails,
): Build {
  const { build, tasks, attempts } = snapshot;
  const { plan } = build;
  return {
    ...toBuildSummary(snapshot, viewer),
    tasks: tasks.map(task => toBuildTask(task, attempts)),
    phases: toPhaseBars(snapshot),
    queue: build.phase === 'Queued' ? details.queue : undefined,
    movedTags: build.movedTags,
    scheduler: plan?.scheduler ?? build.inputs.scheduler,
    cluster:
      latestAttempts(snapshot)[0]?.cluster ??
      plan?.cluster ??
      build.inputs.cluster,
    limits: plan && {
      memoryBytes: plan.resources.memoryBytes,
      ephemeralStorageBytes: plan.resources.ephemeralStorageBytes,
      deadlineSeconds: plan.deadlineSeconds,
    },
    dockerfile: build.inputs.dockerfile,
    context: build.inputs.context,
    policyRevision: build.policyRevision,
    sourceUrl: details.sourceUrl,
    verifyCommand:
      build.signed === 'Signed' ? details.verifyCommand : undefined,
    events: details.events.map(event => ({
      id: event.id,
      at: event.at.toISOString(),
      type: event.type,
      message: event.message,
    })),
  };
}
