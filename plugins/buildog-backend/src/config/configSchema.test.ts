import { ConfigReader } from '@backstage/config';
import type { Config } from '../../config';
import { readConfig } from './readConfig';

const resources = { memory: '256Mi', ephemeralStorage: '1Gi' };

/** Every key of config.d.ts: the compiler holds it against that file. */
const everything: Required<NonNullable<Config['buildog']>> = {
  installationId: 'prod',
  runner: {
    kubernetes: {
      clusters: [
        {
          name: 'prod-eu',
          access: {
            type: 'token',
            url: 'https://api.example.com:6443',
            token: { file: '/var/run/token' },
            ca: { file: '/etc/ca.pem' },
            proxy: 'http://proxy.example.com:3128',
          },
          namespace: 'builds',
          agentImage: 'registry.example.com/agent@sha256:0',
          agentUser: 1000,
          agentResources: {
            init: resources,
            publish: resources,
            sidecar: resources,
          },
          serviceAccountName: 'job',
          sidecarServiceAccountName: 'sidecar',
          sidecarTokenAudience: 'api',
          sidecarApiServer: { host: 'api.example.com', port: '6443' },
          hostUsers: 'auto',
          nodeSelector: { pool: 'builds' },
          tolerations: [
            {
              key: 'builds',
              operator: 'Equal',
              value: 'yes',
              effect: 'NoExecute',
              tolerationSeconds: 60,
            },
          ],
          runtimeClassName: 'gvisor',
          priorityClassName: 'low',
          imagePullSecrets: ['pull'],
          podLabels: { team: 'platform' },
          podAnnotations: { 'sidecar.istio.io/inject': 'false' },
          ttlAfterFinished: '12h',
          watchNodes: true,
        },
        {
          name: 'here',
          access: { type: 'inCluster' },
          namespace: 'builds',
          agentImage: 'registry.example.com/agent',
        },
        {
          name: 'there',
          access: { type: 'kubeconfig', path: '/kube/config', context: 'c' },
          namespace: 'builds',
          agentImage: 'registry.example.com/agent',
        },
      ],
    },
    local: {
      enabled: true,
      root: '/var/lib/buildog/builds',
      concurrency: 4,
      limits: { memory: '2Gi', pids: 500 },
      nice: 10,
    },
  },
  schedulers: { fast: { type: 'kaniko', settings: { verbosity: 'warn' } } },
  registries: [
    {
      host: 'registry.example.com',
      insecure: false,
      caFile: '/etc/ca.pem',
      username: 'u',
      password: 'p',
      mirrors: ['mirror.example.com/hub'],
    },
    { host: 'b.example.com', username: 'u', passwordFile: '/run/password' },
    { host: 'c.example.com', dockerConfigFile: '/run/config.json' },
  ],
  embeddedRegistry: {
    enabled: true,
    root: '/var/lib/buildog/registry',
    host: '127.0.0.1',
    port: '5050',
    anonymousPull: true,
  },
  defaults: {
    registry: 'registry.example.com',
    repository: 'apps/{namespace}/{name}',
    scheduler: 'fast',
    cluster: 'here',
    dockerfile: 'build/Dockerfile',
    platforms: ['linux/amd64', 'linux/arm64/v8'],
    resources: { ...resources, cpu: '500m' },
    deadline: { minutes: 20 },
    maxAttempts: 2,
    tagTemplate: '{date}-{number}',
    branchTag: false,
    buildArgs: { PROXY: 'none' },
  },
  sources: {
    allowedHosts: ['git.example.com', '*.example.org'],
    credentials: [
      {
        host: 'git.example.com',
        pathPrefix: 'team',
        username: 'u',
        password: 'p',
      },
      { host: 'a.example.org', username: 'u', passwordFile: '/run/p' },
      {
        host: 'b.example.org',
        privateKeyFile: '/run/key',
        knownHostsFile: '/run/known_hosts',
      },
    ],
    caFile: '/etc/ca.pem',
    allowHttp: true,
    submodules: true,
    lfs: 'keepPointers',
    maxSize: '1Gi',
    maxFiles: 1000,
  },
  logs: {
    transport: 'sidecar',
    store: {
      type: 's3',
      bucket: 'logs',
      prefix: 'buildog',
      region: 'eu-1',
      endpoint: 'https://s3.example.com',
      forcePathStyle: true,
      accessKeyId: 'k',
      secretAccessKey: 's',
    },
    maxStreamSize: '8Mi',
    maxBuildSize: '32Mi',
  },
  proxy: {
    http: 'http://proxy.example.com:3128',
    https: 'http://proxy.example.com:3128',
    noProxy: ['.example.com'],
  },
  ingest: { url: 'https://portal.example.com/ingest', caFile: '/etc/ca.pem' },
  signing: { cosign: { keyFile: '/run/cosign.key', passwordFile: '/run/p' } },
  limits: { concurrency: 50, concurrencyPerOwner: 10 },
  retention: { logs: '30d', builds: '90d', keepPerConfig: 5, orphans: '7d' },
  timeZone: 'Europe/Berlin',
};

describe('config.d.ts', () => {
  it('describes what is read', () => {
    const config = readConfig(
      new ConfigReader({ buildog: everything } as never),
    );
    expect(Object.keys(config).sort()).toEqual(Object.keys(everything).sort());
    expect(config.runner.kubernetes.clusters[0]).toMatchObject({
      ttlSecondsAfterFinished: 43_200,
      sidecarApiServer: { port: 6443 },
      agentResources: { init: { memoryBytes: 256 * 1024 ** 2 } },
    });
  });

  it('knows every section that is read', () => {
    const sections = Object.keys(readConfig(new ConfigReader({})));
    for (const section of sections) expect(everything).toHaveProperty(section);
  });
});
