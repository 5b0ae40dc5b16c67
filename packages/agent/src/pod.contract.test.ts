import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  exitCodes,
  initResultSchema,
  parseDockerfileEvent,
  publishResultSchema,
  sidecarResultSchema,
} from './protocol';
import {
  buildPod,
  buildSecret,
  sidecarAccess,
  type Builder,
  type BuildPodOptions,
} from './testing/buildPod';
import {
  dockerConfig,
  inspectWithSkopeo,
  kubectl,
} from './testing/clusterUnderTest';
import { describeWithCluster } from './testing/describeWithCluster';
import { INGEST_PORT, ingestPod } from './testing/ingestPod';

jest.setTimeout(300_000);

const root = resolve(__dirname, '../../..');
const id = randomBytes(4).toString('hex');
const namespace = `agent-contract-${id}`;
const dockerfile = 'deploy/images/agent/Dockerfile';

interface Images {
  agent: string;
  nonce: string;
  toolchain: string;
}

interface PodStatus {
  phase: string;
  initContainerStatuses: ContainerStatus[];
  containerStatuses: ContainerStatus[];
}

interface ContainerStatus {
  name: string;
  imageID: string;
  state: { terminated?: { exitCode: number; message?: string } };
}

describeWithCluster('the pod of a build, made by hand', cluster => {
  const { plain } = cluster.registries;
  const { httpUrl, username, password } = cluster.git;
  const repository = `private/buildog-${id}.git`;
  const ingestToken = randomBytes(16).toString('hex');
  let images: Images;
  let revision: string;
  let ingestUrl: string;

  beforeAll(async () => {
    if (!cluster.images.kaniko) {
      process.stdout.write(`No kaniko: ${cluster.kanikoAbsent}\n`);
    }
    const { stdout } = await promisify(execFile)(process.execPath, [
      resolve(root, 'test/images/cli.ts'),
    ]);
    images = JSON.parse(stdout);
    revision = pushThisCheckout();
    const labels = { 'pod-security.kubernetes.io/enforce': 'baseline' };
    await apply(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace, labels },
      },
      ...sidecarAccess(namespace),
      ingestPod(namespace, cluster.images.node, ingestToken),
    );
    await kubectl(cluster, [
      ...['wait', '--for=condition=Ready', '--timeout=60s'],
      ...['--namespace', namespace, 'pod/ingest'],
    ]);
    const address = await kubectl(cluster, [
      ...['get', 'pod', 'ingest', '--namespace', namespace],
      '--output=jsonpath={.status.podIP}',
    ]);
    ingestUrl = `http://${address}:${INGEST_PORT}/ingest`;
  });

  afterAll(() =>
    kubectl(cluster, ['delete', 'namespace', namespace, '--wait=false']),
  );

  /** A commit without history: a shallow checkout can be pushed as well. */
  function pushThisCheckout(): string {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'safe.directory=*', '-C', root, ...args], {
        env: {
          PATH: process.env.PATH,
          GIT_AUTHOR_NAME: 'Ada',
          GIT_AUTHOR_EMAIL: 'ada@example.org',
          GIT_COMMITTER_NAME: 'Ada',
          GIT_COMMITTER_EMAIL: 'ada@example.org',
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: 'http.extraHeader',
          GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(
            `${username}:${password}`,
          ).toString('base64')}`,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
        .toString()
        .trim();
    const commit = git('commit-tree', '-m', `Contract ${id}`, 'HEAD^{tree}');
    const target = `${httpUrl}/${repository}`;
    git('push', '--quiet', '--force', target, `${commit}:refs/heads/main`);
    return commit;
  }

  async function apply(...items: object[]): Promise<void> {
    const list = { apiVersion: 'v1', kind: 'List', items };
    await kubectl(cluster, ['apply', '--filename=-'], list);
  }

  function proxied(path: string): Promise<string> {
    const pod = `/api/v1/namespaces/${namespace}/pods/ingest:${INGEST_PORT}`;
    return kubectl(cluster, ['get', '--raw', `${pod}/proxy/${path}`]);
  }

  async function status(name: string): Promise<PodStatus> {
    const text = await kubectl(cluster, [
      ...['get', 'pod', name, '--namespace', namespace, '--output=json'],
    ]);
    return JSON.parse(text).status;
  }

  async function runToEnd(name: string): Promise<PodStatus> {
    const deadline = Date.now() + 180_000;
    for (;;) {
      const current = await status(name);
      if (current.phase === 'Succeeded') return current;
      if (current.phase === 'Failed' || Date.now() > deadline) {
        const logs = await kubectl(cluster, [
          ...['logs', name, '--namespace', namespace, '--tail=15'],
          ...['--all-containers', '--prefix', '--ignore-errors'],
        ]);
        throw new Error(`${name} is ${current.phase}:\n${logs}`);
      }
      await sleep(500);
    }
  }

  function optionsFor(name: string, builder: Builder): BuildPodOptions {
    const host = new URL(httpUrl).host;
    return {
      namespace,
      name,
      builder,
      agentImage: images.agent,
      apiServer: new URL(cluster.apiServer),
      inputs: {
        init: {
          protocolVersion: 1,
          source: {
            type: 'git',
            url: `${httpUrl}/${repository}`,
            revision,
            transports: ['http'],
          },
          dockerfile,
        },
        publish: {
          protocolVersion: 1,
          repository: `${plain.host}/agent-contract/${name}`,
          insecureHosts: [plain.host],
          expectedPlatform: {
            os: 'linux',
            architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
          },
        },
        sidecar: {
          protocolVersion: 1,
          ingestUrl,
          attemptId: name,
          containers: ['init', 'build', 'publish'],
          heartbeatSeconds: 1,
        },
      },
      credentials: {
        init: JSON.stringify({ type: 'https', host, username, password }),
        publish: JSON.stringify(dockerConfig(plain)),
        sidecar: ingestToken,
      },
    };
  }

  function builders(): [string, () => Builder][] {
    const args = () => [
      `--build-arg=TOOLCHAIN_IMAGE=${images.toolchain}`,
      `--build-arg=BASE_IMAGE=${cluster.images.agentBase}`,
      `--build-arg=BUILDOG_REVISION=${revision}`,
    ];
    const { kaniko } = cluster.images;
    const buildah = (): Builder => ({
      image: cluster.images.buildah,
      seccomp: false,
      args: [
        ...['--storage-driver=vfs', '--root=/buildog/scratch/storage'],
        ...['--runroot=/buildog/scratch/run', 'bud', '--isolation=chroot'],
        ...['--format=oci', '--tls-verify=false', ...args()],
        `--file=/buildog/workspace/${dockerfile}`,
        ...['--tag=oci:/buildog/output/image', '/buildog/workspace'],
      ],
    });
    const withKaniko = (image: string) => (): Builder => ({
      image,
      seccomp: true,
      ownerUid: 0,
      args: [
        ...['--context=/buildog/workspace', '--no-push', '--force'],
        `--dockerfile=/buildog/workspace/${dockerfile}`,
        '--oci-layout-path=/buildog/output/image',
        ...['--ignore-path=/buildog', `--insecure-registry=${plain.host}`],
        ...args(),
      ],
    });
    return [
      ['buildah', buildah],
      ...(kaniko
        ? ([['kaniko', withKaniko(kaniko)]] as [string, () => Builder][])
        : []),
    ];
  }

  it.each(builders())(
    'builds the agent from its own source with %s, and the new agent runs',
    async (builderName, builder) => {
      const name = `build-${builderName}`;
      const options = optionsFor(name, builder());
      await apply(buildSecret(options), buildPod(options));
      const { initContainerStatuses, containerStatuses } = await runToEnd(name);
      const ended = new Map(
        [...initContainerStatuses, ...containerStatuses].map(container => [
          container.name,
          container.state.terminated,
        ]),
      );
      for (const [container, terminated] of ended) {
        expect([container, terminated?.exitCode]).toEqual([
          container,
          exitCodes.ok,
        ]);
      }
      const message = (container: string) =>
        JSON.parse(ended.get(container)?.message ?? '{}');
      expect(initResultSchema.parse(message('init'))).toMatchObject({
        ok: true,
        source: { revision, subject: `Contract ${id}`, author: 'Ada' },
      });

      const result = publishResultSchema.parse(message('publish'));
      if (!result.ok) throw new Error(result.reason.message);
      const reference = `${result.repository}@${result.digest}`;
      const manifest = inspectWithSkopeo(plain, reference);
      expect(
        `sha256:${createHash('sha256').update(manifest).digest('hex')}`,
      ).toBe(result.digest);

      const carried = sidecarResultSchema.parse(message('sidecar'));
      expect(carried.ok).toBe(true);
      for (const container of ['init', 'build', 'publish']) {
        const log = await kubectl(cluster, [
          ...['logs', name, '--container', container, '--timestamps'],
          ...['--namespace', namespace],
        ]);
        expect(await proxied(`${name}/${container}`)).toBe(log);
        expect(log.length).toBeGreaterThan(0);
        if (container === 'build') continue;
        expect(log).toContain(`nonce ${images.nonce}\n`);
        expect(log).not.toContain(password);
      }
      const event = (await proxied(`${name}/init`))
        .split('\n')
        .map(line => parseDockerfileEvent(line.replace(/^\S+ /, '')))
        .find(Boolean);
      expect(event?.steps.map(({ instruction }) => instruction)).toEqual(
        ['FROM', 'COPY', 'COPY', 'ARG', 'RUN', 'FROM', 'COPY', 'COPY'].concat([
          'USER',
          'ENTRYPOINT',
        ]),
      );

      await expectNewAgent(`new-${builderName}`, reference);
    },
  );

  async function expectNewAgent(name: string, image: string): Promise<void> {
    await apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        containers: [{ name: 'agent', image, args: ['init'] }],
      },
    });
    await kubectl(cluster, [
      ...['wait', '--for=jsonpath={.status.phase}=Failed', '--timeout=60s'],
      ...['--namespace', namespace, `pod/${name}`],
    ]);
    const [{ imageID, state }] = (await status(name)).containerStatuses;
    expect(imageID).toContain(image.split('@')[1]);
    expect(state.terminated?.exitCode).toBe(exitCodes.input);
    const log = await kubectl(cluster, [
      ...['logs', name, '--namespace', namespace],
    ]);
    const nonce = /^buildog agent \S+ protocol 1 nonce ([0-9a-f]{32})$/m.exec(
      log,
    )?.[1];
    expect(nonce).toBeDefined();
    expect(nonce).not.toBe(images.nonce);
  }

  it('loses answers on the way, and no byte by that', async () => {
    const state = JSON.parse(await proxied('all/state'));
    expect(state.lost).toBeGreaterThan(0);
    expect(state.conflicts).toBeGreaterThan(0);
    expect(state.heartbeats).toBeGreaterThan(0);
    expect(state.completed).toEqual(
      Object.fromEntries(
        builders().flatMap(([name]) =>
          ['init', 'build', 'publish'].map(container => [
            `build-${name}/${container}`,
            'whole',
          ]),
        ),
      ),
    );
  });
});
