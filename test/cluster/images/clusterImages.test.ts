import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ClusterState } from '../clusterState.ts';
import { down } from '../down.ts';
import { createJob, jobLog, kubectl } from '../testing/kubectl.ts';
import { up } from '../up.ts';

/* The images that are made here do what the builds of the tests need, in a namespace like theirs. */

const name = 'check-images';
let cluster: ClusterState;

before(async () => {
  await down(name);
  cluster = await up(name);
  await kubectl(cluster, [
    ...[
      'label',
      'namespace',
      'default',
      'pod-security.kubernetes.io/enforce=baseline',
    ],
  ]);
});

after(() => down(name, { forget: true }));

const work = { volumeMounts: [{ name: 'work', mountPath: '/workspace' }] };

/** A Job that clones the public repository, runs `build` on it, and prints the index of the layout it wrote. */
async function buildToLayout(job: string, build: object): Promise<string> {
  const clone = [
    'git',
    'clone',
    '--quiet',
    `${cluster.git.httpUrl}/demo/hello.git`,
    '/workspace/source',
  ];
  await createJob(cluster, job, '', [], {
    volumes: [{ name: 'work', emptyDir: {} }],
    automountServiceAccountToken: false,
    initContainers: [
      {
        name: 'init',
        image: cluster.images.agentBase,
        command: clone,
        ...work,
      },
      { name: 'build', ...build, ...work },
    ],
    containers: [
      {
        name: 'main',
        image: cluster.images.busybox,
        command: ['cat', '/workspace/layout/index.json'],
        ...work,
      },
    ],
  });
  const index = await jobLog(cluster, job);
  assert.match(
    await kubectl(cluster, ['logs', `job/${job}`, '-c', 'build']),
    /^Hello, world\.$/m,
  );
  return index;
}

test('the agent base has Node, git and ssh, and runs as an ordinary user without rights', async () => {
  const securityContext = {
    ...{
      runAsUser: 1000,
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    },
    ...{
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
  const commands =
    'node --version; ssh -V 2>&1; cd /workspace && git -c init.defaultBranch=main init --quiet x && git -C x submodule status && id -un';
  await createJob(cluster, 'agent', '', [], {
    volumes: [{ name: 'work', emptyDir: {} }],
    containers: [
      {
        name: 'main',
        image: cluster.images.agentBase,
        command: ['sh', '-ec', commands],
        securityContext,
        ...work,
      },
    ],
  });
  assert.match(
    await jobLog(cluster, 'agent'),
    /^v24\.\d+\.\d+\nOpenSSH_.*\nbuildog\n$/,
  );
});

test('buildah builds as root of an unprivileged pod', async () => {
  const index = await buildToLayout('buildah', {
    image: cluster.images.buildah,
    args: [
      ...[
        'build',
        '--isolation=chroot',
        '--storage-driver=vfs',
        '--tls-verify=false',
      ],
      ...['--tag=oci:/workspace/layout:result', '/workspace/source'],
    ],
  });
  assert.match(index, /"digest":"sha256:[0-9a-f]{64}"/);
});

test('kaniko builds without more rights under the default seccomp profile, or the state says why there is none', async t => {
  const { kaniko } = cluster.images;
  if (!kaniko) {
    assert.match(
      String(cluster.kanikoAbsent),
      /BUILDOG_TEST_KANIKO is not set, there is no .*, and .* can't be pulled/,
    );
    t.diagnostic(String(cluster.kanikoAbsent));
    return;
  }
  t.diagnostic(`${cluster.kaniko?.version} ${cluster.kaniko?.digest}`);
  assert.ok(kaniko.endsWith(`@${cluster.kaniko?.digest}`));
  assert.match(String(cluster.kaniko?.version), /^v?\d+\.\d+\.\d+/);
  const index = await buildToLayout('kaniko', {
    image: kaniko,
    args: [
      ...[
        '--context=dir:///workspace/source',
        '--no-push',
        '--oci-layout-path=/workspace/layout',
      ],
      `--insecure-registry=${cluster.registries.plain.host}`,
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  });
  assert.match(index, /"digest": ?"sha256:[0-9a-f]{64}"/);
});
