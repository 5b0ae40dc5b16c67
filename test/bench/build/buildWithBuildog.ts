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
  const sent = now();
  const { id } = await client.start(`component:default/${component}`, {
    revision,
  });
  const ended = await containerEnded(
    context.api,
    context.namespace,
    { labelSelector: `buildog.dev/build=${id}` },
    'publish',
  );
  // Of this only the tag is measured: tidying up may not run beside the next.
  const build = await client.untilFinished(id, 600_000);
  if (build.phase !== 'Succeeded') {
    throw new Error(`build ${id} is ${build.phase}: ${build.reason?.message}`);
  }
  const moved = await registry.movedAt(path, revision.slice(0, 8));
  if (moved < sent) throw new Error(`build ${id} moved no tag`);
  return { whole: moved - sent, afterwards: moved - ended.at };
}
