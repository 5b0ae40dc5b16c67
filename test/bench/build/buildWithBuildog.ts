import { containerEnded } from '../support/containerEnded.ts';
import { now } from '../support/now.ts';
import {
  type BuildSubject,
  type BuildTimes,
  repositoryOf,
} from './BuildSubject.ts';

/** A whole build through the API: from POST to the tag moved. */
export async function buildWithBuildog(
  subject: BuildSubject,
): Promise<BuildTimes> {
  const { context, registry, client, component, revision } = subject;
  const path = repositoryOf(subject, 'buildog');
  const tag = revision.slice(0, 8);
  const before = await registry.digestOf(path, tag);
  const failed = new AbortController();
  const sent = now();
  const { id } = await client.start(`component:default/${component}`, {
    revision,
  });
  const [moved, ended] = await Promise.all([
    registry.tagMoved(path, tag, before, failed.signal),
    containerEnded(
      context.api,
      context.namespace,
      { labelSelector: `buildog.dev/build=${id}` },
      'publish',
    ).catch(error => {
      failed.abort(error);
      throw error;
    }),
  ]);
  // Not measured: it tidies up, and nothing of that may run beside the next.
  const build = await client.untilFinished(id, 600_000);
  if (build.phase !== 'Succeeded') {
    throw new Error(`build ${id} is ${build.phase}: ${build.reason?.message}`);
  }
  return { whole: moved - sent, afterwards: moved - ended.at };
}
