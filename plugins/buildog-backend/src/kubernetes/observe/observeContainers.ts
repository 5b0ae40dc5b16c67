import type {
  V1ContainerState,
  V1ContainerStatus,
  V1Job,
  V1Pod,
} from '@kubernetes/client-node';
import type { ContainerObservation } from '@buildog/plugin-buildog-node';
import { instant } from './instant';

/** Longest message that is passed on; the kubelet cuts termination messages there. */
const MESSAGE_LIMIT = 4096;

/**
 * The job's own containers in the order they run. What a mesh or another
 * webhook put into the pod is left out: the Job's template names ours.
 */
export function observeContainers(
  job: V1Job,
  pod: V1Pod,
): ContainerObservation[] {
  const statuses = new Map<string, V1ContainerStatus>(
    [
      ...(pod.status?.initContainerStatuses ?? []),
      ...(pod.status?.containerStatuses ?? []),
    ].map(status => [status.name, status]),
  );
  return containerNames(job).map(name =>
    observeContainer(name, statuses.get(name)),
  );
}

/** Names of the containers that the Job asked for, in the order they run. */
export function containerNames(job: V1Job): string[] {
  const spec = job.spec?.template.spec;
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(
    container => container.name,
  );
}

function observeContainer(
  name: string,
  status: V1ContainerStatus | undefined,
): ContainerObservation {
  const { state, reason, message, ...rest } = stateOf(status?.state);
  return {
    name,
    state,
    ...(reason && { reason }),
    ...(message && { message: message.slice(0, MESSAGE_LIMIT) }),
    ...rest,
    ...(status?.imageID && { imageId: status.imageID }),
  };
}

function stateOf(
  state: V1ContainerState | undefined,
): Omit<ContainerObservation, 'name'> {
  if (state?.terminated) {
    const { reason, message, exitCode, signal, startedAt, finishedAt } =
      state.terminated;
    return {
      state: 'Terminated',
      reason,
      message,
      exitCode,
      ...(signal && { signal }),
      startedAt: instant(startedAt),
      finishedAt: instant(finishedAt),
    };
  }
  if (state?.running) {
    return { state: 'Running', startedAt: instant(state.running.startedAt) };
  }
  return {
    state: 'Waiting',
    reason: state?.waiting?.reason,
    message: state?.waiting?.message,
  };
}
