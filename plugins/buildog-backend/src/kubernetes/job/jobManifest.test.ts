import type { V1Container, V1Job, V1PodSpec } from '@kubernetes/client-node';
import type { PreparedJob } from '@buildog/plugin-buildog-node';
import { defaultClusterConfig } from '../defaultClusterConfig';
import type { KubernetesClusterConfig } from '../KubernetesClusterConfig';
import { attempt, config, job } from '../testing/jobs.fixture';
import { attemptSecret } from './attemptSecret';
import { jobManifest } from './jobManifest';

const sidecar = {
  input: { attemptId: 'attempt-1' },
  credentials: { 'ingest-token': 'canary-of-sidecar' },
};

function manifest(
  change: Partial<PreparedJob> = {},
  cluster: Partial<KubernetesClusterConfig> = {},
  userNamespace = false,
): V1Job {
  const resolved = defaultClusterConfig({ ...config, ...cluster });
  // As the API server gets it: without what is undefined.
  return JSON.parse(
    JSON.stringify(jobManifest(job(change), resolved, { userNamespace })),
  );
}

function podOf(made: V1Job): V1PodSpec {
  const spec = made.spec?.template.spec;
  if (!spec) throw new Error('no pod');
  return spec;
}

function containers(pod: V1PodSpec): V1Container[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

function mounts(pod: V1PodSpec, name: string): Record<string, string> {
  const container = containers(pod).find(one => one.name === name);
  return Object.fromEntries(
    (container?.volumeMounts ?? []).map(mount => [
      mount.mountPath,
      `${mount.name}${mount.readOnly ? ' ro' : ''}`,
    ]),
  );
}

describe('jobManifest', () => {
  it('is this, with a sidecar', () => {
    expect(manifest({ sidecar })).toMatchSnapshot();
  });

  it('has one pod and no second try', () => {
    const { spec } = manifest();
    expect(spec).toMatchObject({
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      podReplacementPolicy: 'Failed',
      activeDeadlineSeconds: 300,
      ttlSecondsAfterFinished: 86_400,
    });
    expect(podOf(manifest()).restartPolicy).toBe('Never');
  });

  it('runs sidecar, init, build and publish in that order', () => {
    const pod = podOf(manifest({ sidecar }));
    expect(pod.initContainers?.map(one => one.name)).toEqual([
      'sidecar',
      'init',
      'build',
    ]);
    expect(pod.containers.map(one => one.name)).toEqual(['publish']);
    expect(pod.initContainers?.map(one => one.restartPolicy)).toEqual([
      'Always',
      undefined,
      undefined,
    ]);
    expect(podOf(manifest()).initContainers?.map(one => one.name)).toEqual([
      'init',
      'build',
    ]);
  });

  it('shows each container its own folders only', () => {
    const pod = podOf(manifest({ sidecar }));
    expect(mounts(pod, 'build')).toEqual({
      '/buildog/workspace': 'workspace',
      '/buildog/output': 'output',
      '/buildog/scratch': 'scratch',
    });
    expect(mounts(pod, 'init')).toEqual({
      '/buildog/input': 'init-input ro',
      '/buildog/credentials': 'init-credentials ro',
      '/buildog/workspace': 'workspace',
      '/tmp': 'init-tmp',
    });
    expect(mounts(pod, 'publish')).toEqual({
      '/buildog/input': 'publish-input ro',
      '/buildog/credentials': 'publish-credentials ro',
      '/buildog/output': 'output ro',
      '/tmp': 'publish-tmp',
    });
    expect(mounts(pod, 'sidecar')).toEqual({
      '/buildog/input': 'sidecar-input ro',
      '/buildog/credentials': 'sidecar-credentials ro',
      '/buildog/spool': 'spool',
      '/tmp': 'sidecar-tmp',
      '/var/run/secrets/kubernetes.io/serviceaccount': 'api-token ro',
    });
  });

  it('mounts single keys of the Secret, each in one container', () => {
    const made = job({ sidecar });
    const secret = attemptSecret(made, 'builds', { name: 'n', uid: 'u' });
    const volumes = podOf(manifest({ sidecar })).volumes ?? [];
    const used = volumes.flatMap(
      volume => volume.secret?.items?.map(item => item.key) ?? [],
    );
    expect(volumes.filter(v => v.secret && !v.secret.items)).toEqual([]);
    expect([...used].sort()).toEqual(Object.keys(secret.data ?? {}).sort());
    expect(new Set(used).size).toBe(used.length);
  });

  it('gives no container a token but the sidecar', () => {
    const without = podOf(manifest());
    expect(without.automountServiceAccountToken).toBe(false);
    expect(without.serviceAccountName).toBeUndefined();
    expect(JSON.stringify(without)).not.toContain('serviceAccountToken');
    const pod = podOf(
      manifest({ sidecar }, { sidecarTokenAudience: 'https://api' }),
    );
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.serviceAccountName).toBe('buildog-sidecar');
    const holders = containers(pod).filter(one =>
      one.volumeMounts?.some(mount => mount.name === 'api-token'),
    );
    expect(holders.map(one => one.name)).toEqual(['sidecar']);
    const token = pod.volumes?.find(volume => volume.name === 'api-token');
    expect(token?.projected?.sources?.[0].serviceAccountToken).toEqual({
      path: 'token',
      audience: 'https://api',
      expirationSeconds: 600,
    });
  });

  it('holds no content of a Secret', () => {
    expect(JSON.stringify(manifest({ sidecar }))).not.toContain('canary');
    for (const container of containers(podOf(manifest({ sidecar })))) {
      for (const variable of container.env ?? []) {
        expect(variable.valueFrom?.secretKeyRef).toBeUndefined();
      }
    }
  });

  it('fits ours to PodSecurity restricted', () => {
    for (const container of containers(podOf(manifest({ sidecar })))) {
      if (container.name === 'build') continue;
      expect(container.securityContext).toEqual({
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  it('runs publish as the owner of files that nobody else may read', () => {
    const made = job();
    made.build.output.ownerUid = 0;
    const pod = podOf(manifest(made));
    expect(pod.containers[0].securityContext).toMatchObject({
      runAsUser: 0,
      runAsNonRoot: false,
      capabilities: { drop: ['ALL'] },
      allowPrivilegeEscalation: false,
    });
    expect(pod.initContainers?.[0].securityContext?.runAsUser).toBe(65532);
  });

  it.each([
    ['RuntimeDefault', { type: 'RuntimeDefault' }],
    ['Unset', undefined],
    [
      { localhostProfile: 'buildog.json' },
      { type: 'Localhost', localhostProfile: 'buildog.json' },
    ],
  ] as const)('gives the build its seccomp profile %j', (seccomp, profile) => {
    const made = job();
    made.build.containers[0].security.seccomp = seccomp;
    const pod = podOf(manifest(made));
    const build = pod.initContainers?.find(one => one.name === 'build');
    expect(build?.securityContext?.seccompProfile).toEqual(profile);
    expect(pod.securityContext?.seccompProfile).toBeUndefined();
  });

  it('limits memory and space everywhere, and CPU nowhere', () => {
    for (const container of containers(podOf(manifest({ sidecar })))) {
      expect(Object.keys(container.resources?.limits ?? {}).sort()).toEqual([
        'ephemeral-storage',
        'memory',
      ]);
      expect(Object.keys(container.resources?.requests ?? {}).sort()).toEqual([
        'cpu',
        'ephemeral-storage',
        'memory',
      ]);
    }
    for (const volume of podOf(manifest({ sidecar })).volumes ?? []) {
      expect(
        volume.emptyDir?.sizeLimit ?? volume.secret ?? volume.projected,
      ).toBeDefined();
    }
  });

  it('goes to a node of the platform, and where the settings say', () => {
    const pod = podOf(
      manifest(
        { platform: { os: 'linux', architecture: 'arm', cpuVariant: 'v7' } },
        {
          nodeSelector: { pool: 'builds', 'kubernetes.io/os': 'windows' },
          tolerations: [{ key: 'builds', operator: 'Exists' }],
          runtimeClassName: 'gvisor',
          priorityClassName: 'low',
          imagePullSecrets: ['pull'],
        },
      ),
    );
    expect(pod).toMatchObject({
      nodeSelector: {
        pool: 'builds',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'arm',
      },
      tolerations: [{ key: 'builds', operator: 'Exists' }],
      runtimeClassName: 'gvisor',
      priorityClassName: 'low',
      imagePullSecrets: [{ name: 'pull' }],
    });
  });

  it('runs in a user namespace when that was decided', () => {
    expect(podOf(manifest()).hostUsers).toBeUndefined();
    expect(podOf(manifest({}, {}, true)).hostUsers).toBe(false);
  });

  it('makes valid labels of any text, and lets nobody take over an identity', () => {
    const { metadata, spec } = manifest(
      {
        labels: {
          'buildog.dev/entity': 'component:default/ü-service/',
          'buildog.dev/attempt': 'forged',
          'buildog.dev/long': 'x'.repeat(100),
          'buildog.dev/empty': '---',
        },
      },
      { podLabels: { mesh: 'off', 'buildog.dev/attempt': 'forged' } },
    );
    expect(metadata?.labels).toEqual({
      'app.kubernetes.io/managed-by': 'buildog',
      'buildog.dev/installation': 'inst-1',
      'buildog.dev/build': 'build-1',
      'buildog.dev/task': 'task-1',
      'buildog.dev/attempt': 'attempt-1',
      'buildog.dev/entity': 'component-default--service',
      'buildog.dev/long': 'x'.repeat(63),
      'buildog.dev/empty': '',
    });
    expect(spec?.template.metadata?.labels).toEqual({
      ...metadata?.labels,
      mesh: 'off',
    });
  });

  it('gives the sidecar another way to the API server where it needs one', () => {
    const pod = podOf(
      manifest(
        { sidecar },
        { sidecarApiServer: { host: '10.0.0.1', port: 6443 } },
      ),
    );
    expect(pod.initContainers?.[0].env?.slice(2)).toEqual([
      { name: 'KUBERNETES_SERVICE_HOST', value: '10.0.0.1' },
      { name: 'KUBERNETES_SERVICE_PORT', value: '6443' },
    ]);
  });

  it('lays a scheduler’s files and folders into its container alone', () => {
    const made = job();
    made.build.containers[0].files = { 'ca.pem': 'PEM' };
    made.build.containers[0].emptyDirs = [
      { name: 'workspace', mountPath: '/kaniko/cache', sizeBytes: 5 },
    ];
    const pod = podOf(manifest(made));
    expect(mounts(pod, 'build')).toMatchObject({
      '/buildog/files': 'build-0-files ro',
      '/kaniko/cache': 'build-0-0',
      '/buildog/workspace': 'workspace',
    });
    const secret = attemptSecret(made, 'builds', { name: 'n', uid: 'u' });
    expect(secret.data?.['build.build.ca.pem']).toBe('UEVN');
    expect(secret.metadata?.ownerReferences).toEqual([
      { apiVersion: 'batch/v1', kind: 'Job', name: 'n', uid: 'u' },
    ]);
    expect(secret.immutable).toBe(true);
    expect(secret.metadata?.name).toBe(`${attempt.name}-input`);
  });
});
