import { z } from 'zod';

/** What the sidecar wants to know about its pod. */
export interface PodView {
  /** No container runs any more, or ever will. */
  over: boolean;
  states: ReadonlyMap<string, ContainerState>;
}

/** State of a container. */
export type ContainerState = 'waiting' | 'running' | 'terminated';

const statusSchema = z.object({
  name: z.string(),
  state: z
    .object({ running: z.unknown(), terminated: z.unknown() })
    .partial()
    .default({}),
});

const podSchema = z.object({
  status: z
    .object({
      phase: z.string().default('Unknown'),
      initContainerStatuses: z.array(statusSchema).default([]),
      containerStatuses: z.array(statusSchema).default([]),
    })
    .prefault({}),
});

/**
 * Reads a pod as the API server gives it. Containers without a status are
 * not in `states`.
 *
 * @throws ZodError when it is no pod
 */
export function podView(pod: unknown): PodView {
  const { status } = podSchema.parse(pod);
  const all = [...status.initContainerStatuses, ...status.containerStatuses];
  return {
    over: status.phase === 'Succeeded' || status.phase === 'Failed',
    states: new Map(
      all.map(({ name, state }): [string, ContainerState] => {
        if (state.terminated) return [name, 'terminated'];
        return [name, state.running ? 'running' : 'waiting'];
      }),
    ),
  };
}
