import type { ClusterState } from '../clusterState.ts';
import { run } from '../system/run.ts';
import { waitFor } from '../system/waitFor.ts';
import { join } from 'node:path';

/** Runs kubectl as the cluster's administrator and answers with what it prints. */
export function kubectl(
  cluster: ClusterState,
  args: readonly string[],
  input?: string,
): Promise<string> {
  return run(join(cluster.tools.binDir, 'kubectl'), args, {
    env: { KUBECONFIG: cluster.kubeconfig },
    input,
  });
}

/** Creates a Job with one container, and answers with its name. */
export async function createJob(
  cluster: ClusterState,
  name: string,
  image: string,
  command: readonly string[],
  pod: object = {},
): Promise<string> {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels: { app: name } },
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'main', image, command }],
          ...pod,
        },
      },
    },
  };
  await kubectl(cluster, ['create', '-f', '-'], JSON.stringify(job));
  return name;
}

/** Waits for the end of a Job and answers with its log; a failed one is an error that carries the log. */
export async function jobLog(
  cluster: ClusterState,
  name: string,
): Promise<string> {
  const outcome = await waitFor(
    `the end of job ${name}`,
    async () => {
      const job = JSON.parse(
        await kubectl(cluster, ['get', 'job', name, '-o', 'json']),
      ) as {
        status: { conditions?: { type: string; status: string }[] };
      };
      const ended = job.status.conditions?.find(
        ({ type, status }) =>
          status === 'True' && (type === 'Complete' || type === 'Failed'),
      );
      return ended?.type;
    },
    { interval: 250 },
  );
  const log = await kubectl(cluster, ['logs', `job/${name}`]);
  if (outcome === 'Failed') throw new Error(`job ${name} failed:\n${log}`);
  return log;
}
