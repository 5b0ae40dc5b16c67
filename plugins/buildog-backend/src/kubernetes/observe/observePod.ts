import type { V1Job, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import type { AttemptObservation } from '@buildog/plugin-buildog-node';
import { instant } from './instant';
import { observeContainers } from './observeContainers';

type PodObservation = NonNullable<
  Extract<AttemptObservation, { state: 'Present' }>['pod']
>;

/** The facts about a pod. Conditions give what `phase` does not tell. */
export function observePod(job: V1Job, pod: V1Pod): PodObservation {
  const { metadata, spec, status } = pod;
  const createdAt = instant(metadata?.creationTimestamp) ?? new Date(0);
  const unschedulable = unschedulableOf(condition(pod, 'PodScheduled'));
  const disruption = condition(pod, 'DisruptionTarget');
  return {
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    ...(spec?.nodeName && { nodeName: spec.nodeName }),
    phase: phaseOf(status?.phase),
    ...(status?.reason && { reason: status.reason }),
    ...(status?.message && { message: status.message }),
    createdAt,
    ...(unschedulable && {
      unschedulable: {
        since: unschedulable.since ?? createdAt,
        message: unschedulable.message,
      },
    }),
    ...(disruption?.status === 'True' && {
      disruption: disruption.reason ?? 'Unknown',
    }),
    removing: metadata?.deletionTimestamp !== undefined,
    containers: observeContainers(job, pod),
  };
}

/** The newest pod: a Job that lost one to a race may have two for a moment. */
export function newestPod(pods: V1Pod[]): V1Pod | undefined {
  return [...pods].sort(
    (a, b) =>
      (instant(b.metadata?.creationTimestamp)?.getTime() ?? 0) -
      (instant(a.metadata?.creationTimestamp)?.getTime() ?? 0),
  )[0];
}

function condition(pod: V1Pod, type: string): V1PodCondition | undefined {
  return pod.status?.conditions?.find(entry => entry.type === type);
}

function unschedulableOf(
  scheduled: V1PodCondition | undefined,
): { since?: Date; message: string } | undefined {
  if (
    scheduled?.status !== 'False' ||
    !['Unschedulable', 'SchedulingGated'].includes(scheduled.reason ?? '')
  ) {
    return undefined;
  }
  return {
    since: instant(scheduled.lastTransitionTime),
    message: scheduled.message ?? scheduled.reason ?? '',
  };
}

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;

function phaseOf(phase: string | undefined): PodObservation['phase'] {
  if (phase === undefined) return 'Pending';
  return PHASES.find(known => known === phase) ?? 'Unknown';
}
