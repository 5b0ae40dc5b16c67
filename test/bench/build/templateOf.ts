import type { BuildogClient } from '../../e2e/support/BuildogClient.ts';
import { waitUntil } from '../../e2e/support/waitUntil.ts';
import type { BenchContext } from '../support/BenchContext.ts';
import type { KubeObject } from '../support/ClusterApi.ts';

/**
 * Builds once, and keeps the Job and the Secret that Buildog made for it
 * before it removes them.
 */
export async function templateOf(
  { api, namespace }: BenchContext,
  client: BuildogClient,
  component: string,
  revision: string,
): Promise<{ job: KubeObject; secret: KubeObject }> {
  const { id } = await client.start(`component:default/${component}`, {
    revision,
  });
  const template = await waitUntil('Job and Secret to be made', async () => {
    const selector = `?labelSelector=${encodeURIComponent(
      `buildog.dev/build=${id}`,
    )}`;
    const [job] = await api.list(
      `/apis/batch/v1/namespaces/${namespace}/jobs${selector}`,
    );
    const secret =
      job &&
      (await api.request(
        'GET',
        `/api/v1/namespaces/${namespace}/secrets/${job.metadata.name}-input`,
      ));
    return secret && { job, secret };
  });
  const build = await client.untilFinished(id, 600_000);
  if (build.phase !== 'Succeeded') {
    throw new Error(`build ${id} is ${build.phase}: ${build.reason?.message}`);
  }
  return template;
}
