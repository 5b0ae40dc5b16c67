import { waitUntil } from '../../e2e/support/waitUntil.ts';
import type { ClusterApi } from './ClusterApi.ts';

/**
 * Removes every Job of a namespace with its pods and Secrets, and waits until
 * the cluster has done so: what it still does afterwards would be measured.
 */
export async function removeJobs(
  api: ClusterApi,
  namespace: string,
): Promise<void> {
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  await api.request('DELETE', jobs, { propagationPolicy: 'Background' });
  await api.request('DELETE', pods, { gracePeriodSeconds: 0 });
  await waitUntil(
    'the jobs and pods to go',
    async () => {
      const left = await Promise.all([api.list(jobs), api.list(pods)]);
      return left.flat().length === 0;
    },
    120_000,
    1_000,
  );
}
