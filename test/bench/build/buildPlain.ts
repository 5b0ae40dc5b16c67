import { now } from '../support/now.ts';
import { containerEnded } from '../support/containerEnded.ts';
import {
  type BuildSubject,
  type BuildTimes,
  repositoryOf,
} from './BuildSubject.ts';

let made = 0;

/** Flags that make Buildog's kaniko write a layout instead of pushing. */
const OF_BUILDOG =
  /^--(context|dockerfile|no-push|oci-layout-path|ignore-path|label|annotation)(=|$)/;

/**
 * The ordinary way to build with kaniko: a Job of one container that clones,
 * builds and pushes, with the push credential in it. Same executor, same
 * flags, limits and security as in Buildog's pod.
 */
export async function buildPlain(subject: BuildSubject): Promise<BuildTimes> {
  const { context, registry, component, revision, template } = subject;
  const { api, namespace } = context;
  const { git, registries } = context.cluster;
  const name = `plain-${process.pid}-${made++}`;
  const path = repositoryOf(subject, 'plain');
  const { host, username, password } = registries.plain;
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await api.request('POST', secrets, {
    metadata: { name },
    stringData: {
      'config.json': JSON.stringify({ auths: { [host]: { auth } } }),
    },
  });
  const { initContainers, nodeSelector } = template.job.spec.template.spec;
  const like = initContainers.find((c: { name: string }) => c.name === 'build');
  const sent = now();
  await api.request('POST', jobs, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels: { plain: name } },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          nodeSelector,
          containers: [
            {
              ...like,
              args: [
                `--context=git://${
                  new URL(git.httpUrl).host
                }/bench/${component}.git#refs/heads/main#${revision}`,
                '--dockerfile=Dockerfile',
                `--destination=${host}/${path}:main`,
                ...like.args.filter((arg: string) => !OF_BUILDOG.test(arg)),
              ],
              env: [
                ...(like.env ?? []),
                { name: 'GIT_PULL_METHOD', value: 'http' },
              ],
              volumeMounts: [{ name: 'docker', mountPath: '/kaniko/.docker' }],
            },
          ],
          volumes: [{ name: 'docker', secret: { secretName: name } }],
        },
      },
    },
  });
  await containerEnded(
    api,
    namespace,
    { labelSelector: `plain=${name}` },
    'build',
  );
  const moved = await registry.movedAt(path, 'main');
  if (moved < sent) throw new Error(`Job ${name} moved no tag`);
  await api.request('DELETE', `${jobs}/${name}`, {
    propagationPolicy: 'Background',
  });
  await api.request('DELETE', `${secrets}/${name}`);
  return { whole: moved - sent };
}
