import type { PreparedJob } from '@buildog/plugin-buildog-node';
import { defaultClusterConfig } from '../defaultClusterConfig';
import { shellJob } from './shellJob';

/** An attempt of tests. */
export const attempt = {
  installationId: 'inst-1',
  buildId: 'build-1',
  taskId: 'task-1',
  attemptId: 'attempt-1',
  name: 'buildog-attempt-1',
};

/** A job of tests. */
export function job(change: Partial<PreparedJob> = {}): PreparedJob {
  return { ...shellJob(attempt, 'true', 'builder@sha256:b'), ...change };
}

/** A cluster of tests. */
export const config = defaultClusterConfig({
  name: 'east',
  access: { type: 'inCluster' },
  namespace: 'builds',
  agentImage: 'agent@sha256:a',
});
