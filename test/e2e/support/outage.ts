import { clusterPaths } from '../../cluster/paths.ts';
import { restart } from '../../cluster/restart.ts';
import { stopDaemon } from '../../cluster/system/daemon.ts';
import { pause } from './waitUntil.ts';

/** How long things are away: the subject of the tests that use it. */
export const OUTAGE_MS = 20_000;

/** Something that can be away. */
export interface Stoppable {
  stop(): Promise<void>;
  /** Resolves once it answers again. */
  start(): Promise<void>;
}

/** A cluster's API server; the kubelet and its containers go on without it. */
export function apiServerOf(cluster: string): Stoppable {
  const paths = clusterPaths(cluster);
  return {
    stop: () => stopDaemon(paths, 'kube-apiserver'),
    async start() {
      // These look again after up to a minute, and are not what is tested.
      await stopDaemon(paths, 'kube-scheduler');
      await stopDaemon(paths, 'kube-controller-manager');
      await restart(cluster, 'kube-apiserver');
    },
  };
}

/**
 * Stops it for {@link OUTAGE_MS}, and looks at what `meanwhile` looks at
 * while it is away. It is started again whatever happens.
 */
export async function outage(
  of: Stoppable,
  meanwhile: () => Promise<void>,
): Promise<void> {
  await of.stop();
  try {
    await Promise.all([meanwhile(), pause(OUTAGE_MS)]);
  } finally {
    await of.start();
  }
}
