import { containerEnded } from '../support/containerEnded.ts';
import { now } from '../support/now.ts';
import {
  type BuildSubject,
  type BuildTimes,
  repositoryOf,
} from './BuildSubject.ts';

let made = 0;

/**
 * The very pod that Buildog makes, applied by hand: a person with the same
 * pod, its Secret in place already, who moves the tag the moment the last
 * container has ended.
 */
export async function buildByHand(subject: BuildSubject): Promise<BuildTimes> {
  const { context, registry, template } = subject;
  const { api, namespace } = context;
  const name = `by-hand-${process.pid}-${made++}`;
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const spec = JSON.stringify(template.job.spec.template.spec);
  await api.request('POST', secrets, {
    metadata: { name },
    data: template.secret.data,
  });
  const sent = now();
  await api.request('POST', pods, {
    metadata: { name },
    spec: JSON.parse(spec.replaceAll(template.secret.metadata.name, name)),
  });
  const ended = await containerEnded(
    api,
    namespace,
    { fieldSelector: `metadata.name=${name}` },
    'publish',
  );
  const { digest } = JSON.parse(ended.message) as { digest: string };
  // The image is where Buildog's go: the pod is the same.
  const path = repositoryOf(subject, 'buildog');
  await registry.moveTag(path, 'by-hand', digest);
  const moved = await registry.movedAt(path, 'by-hand');
  await api.request('DELETE', `${pods}/${name}`);
  await api.request('DELETE', `${secrets}/${name}`);
  return { whole: moved - sent, afterwards: moved - ended.at };
}
