import { BuilderError } from '../errors/BuilderError';
import type { BuildFlags } from './buildCommand';
import { buildOptions } from './buildOptions';
import { exitCodes } from './exitCodes';
import { formatError } from './formatError';
import { kanikoOptions } from './runKaniko';
import type { KanikoFlags } from './kanikoCommand';
import { readBuildConfig } from './readBuildConfig';

const none: BuildFlags = {
  tag: [],
  output: [],
  buildArg: [],
  platform: [],
  insecureRegistry: [],
  registryMirror: [],
  allow: [],
  allowAddress: [],
  addHost: [],
  secret: [],
  ssh: [],
  cache: true,
  cacheFrom: [],
  cacheTo: [],
  label: [],
  buildContext: [],
};
const world = (
  files: Record<string, string> = {},
  env: NodeJS.ProcessEnv = {},
) => ({
  env,
  readFile: async (path: string) => files[path] ?? '',
});

describe('buildOptions', () => {
  it('completes tags, and pushes where it is told', async () => {
    const flags = {
      ...none,
      tag: ['app:1', 'other.example/x'],
      registry: 'r.example/team',
      push: true,
    };
    const options = await buildOptions('ctx', flags, world());
    expect(options).toMatchObject({
      context: 'ctx',
      tags: ['r.example/team/app:1', 'other.example/x'],
      outputs: [{ type: 'registry' }],
    });
    await expect(
      buildOptions('.', { ...none, push: true }, world()),
    ).rejects.toThrow(/-t/);
  });

  it('takes a configuration, and lets flags win', async () => {
    const config = JSON.stringify({
      context: 'from-config',
      dockerfile: 'D',
      tags: ['r.example/a:1'],
      output: 'image',
      build_args: { A: '1', B: '2' },
      platforms: ['linux/arm64'],
      no_cache: true,
      registry_config: {
        DefaultRegistry: 'docker.io',
        Insecure: ['r.example'],
        Mirrors: { 'docker.io': ['mirror.example'] },
        Registries: { 'r.example': { Username: 'u', Password: 'p' } },
      },
      secrets: { s: './file', t: 'TOKEN' },
      network_mode: 'none',
      resource_limits: { Memory: '1Gi', CPU: '1000m', Disk: '10Gi' },
    });
    const flags = {
      ...none,
      config: 'build.json',
      buildArg: ['B=3'],
      file: 'Other',
    };
    const options = await buildOptions(
      undefined,
      flags,
      world({ 'build.json': config }, { TOKEN: 'x' }),
    );
    expect(options).toMatchObject({
      context: 'from-config',
      dockerfile: 'Other',
      buildArgs: { A: '1', B: '3' },
      platforms: ['linux/arm64'],
      noCache: true,
      network: 'none',
      limits: { memory: 1024 ** 3, cpu: 1000, disk: 10 * 1024 ** 3 },
      secrets: { s: { file: './file' }, t: { env: 'TOKEN' } },
      outputs: [{ type: 'oci', destination: 'a.oci' }],
      registries: {
        hosts: {
          'r.example': { plainHttp: true },
          'docker.io': { mirrors: ['mirror.example'] },
        },
        credentials: { 'r.example': { username: 'u', password: 'p' } },
      },
    });
  });

  it.each<[Partial<BuildFlags>, RegExp]>([
    [{ tag: ['UPPER/x'] }, /UPPER|upper/i],
    [{ sourceDateEpoch: 'now' }, /--source-date-epoch/],
    [{ allow: ['all'] }, /--allow/],
    [{ addHost: ['x'] }, /--add-host/],
    [{ cacheFrom: ['type=gha'] }, /--cache-from/],
    [{ label: ['x'] }, /--label/],
    [{ pids: '-1' }, /--pids/],
  ])('refuses %j', async (flags, message) => {
    await expect(
      buildOptions('.', { ...none, ...flags }, world()),
    ).rejects.toThrow(message);
  });
});

describe('readBuildConfig', () => {
  it.each<[string, RegExp]>([
    ['{', /no JSON/],
    ['[]', /the document/],
    ['{"bogus":1}', /bogus/],
    ['{"tags":"x"}', /tags/],
    ['{"resource_limits":{"Memory":"much"}}', /resource_limits\.Memory/],
    [
      '{"registry_config":{"Registries":{"r":{"Password":5}}}}',
      /registry_config\.Registries\.r\.Password/,
    ],
    ['{"security_context":{"RunAsUser":4711}}', /RunAsUser 4711/],
  ])('refuses %s', (json, message) => {
    const sandbox = process.env.BUILDOG_SANDBOX;
    delete process.env.BUILDOG_SANDBOX;
    expect(() => readBuildConfig(json, 'build.json', {})).toThrow(message);
    if (sandbox) process.env.BUILDOG_SANDBOX = sandbox;
  });
});

describe('kanikoOptions', () => {
  const flags: KanikoFlags = {
    destination: [],
    buildArg: [],
    label: [],
    push: true,
    insecureRegistry: [],
    registryMirror: [],
    registryMap: [],
    registryCertificate: [],
    skipTlsVerifyRegistry: [],
    secret: [],
  };

  it('means what kaniko means', async () => {
    const options = await kanikoOptions(
      {
        ...flags,
        context: 'dir:///workspace',
        destination: ['r.example/a'],
        customPlatform: 'linux/amd64,linux/arm64',
        registryMap: ['docker.io=127.0.0.1:5000;quay.io=127.0.0.1:5000'],
        reproducible: true,
        cache: true,
        cacheRepo: 'r.example/cache',
        insecure: true,
        ociLayoutPath: '/out',
        compression: 'zstd',
        compressionLevel: '3',
      },
      {},
    );
    expect(options).toMatchObject({
      context: '/workspace',
      tags: ['r.example/a:latest'],
      platforms: ['linux/amd64', 'linux/arm64'],
      outputs: [{ type: 'oci', destination: '/out' }, { type: 'registry' }],
      cacheFrom: [{ reference: 'r.example/cache' }],
      sourceDateEpoch: 0,
      compression: { algorithm: 'zstd', level: 3 },
      registries: {
        hosts: {
          'docker.io': { mirrors: ['127.0.0.1:5000'] },
          'r.example': { plainHttp: true },
        },
      },
    });
  });

  it('refuses what it can not do', async () => {
    await expect(kanikoOptions(flags, {})).rejects.toThrow(/--destination/);
    await expect(
      kanikoOptions({ ...flags, push: false, context: 's3://bucket/x' }, {}),
    ).rejects.toMatchObject({ kind: 'unsupported' });
  });
});

describe('formatError', () => {
  const position = { file: 'Dockerfile', line: 2, endLine: 3 };
  const error = new BuilderError('execution', 'it failed', {
    position,
    stage: 'build',
    platform: 'linux/amd64',
  });

  it('shows the place, the lines and the sentence', () => {
    const readLines = () => [
      'FROM a',
      'RUN b \\',
      '  \u001b[31mc',
      'COPY d e',
      'CMD f',
      'g',
    ];
    expect(formatError(error, { readLines })).toBe(
      [
        '',
        'Dockerfile:2, stage build, linux/amd64',
        '  1 | FROM a',
        '> 2 | RUN b \\',
        '> 3 |   \ufffd[31mc',
        '  4 | COPY d e',
        '  5 | CMD f',
        '',
        'execution error: it failed',
        '',
      ].join('\n'),
    );
    expect(formatError(error, { readLines: () => undefined })).toContain(
      'Dockerfile:2',
    );
  });

  it('has a code of its own for each kind', () => {
    const codes = Object.values(exitCodes);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).not.toContain(0);
  });
});
