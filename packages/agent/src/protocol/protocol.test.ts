import * as fc from 'fast-check';
import {
  agentReasons,
  formatDockerfileEvent,
  initInputSchema,
  initSuccessSchema,
  inputPath,
  parseDockerfileEvent,
  publishInputSchema,
  RESULT_LIMIT_BYTES,
  sidecarInputSchema,
  sidecarSuccessSchema,
  type DockerfileEvent,
} from '.';
import { hostSchema, refSchema, sourcePathSchema } from './fields';

it('fills in what a controller may leave out', () => {
  expect(
    initInputSchema.parse({
      protocolVersion: 1,
      source: { type: 'git', url: 'x', revision: 'a'.repeat(40) },
    }),
  ).toMatchObject({
    dockerfile: 'Dockerfile',
    context: '.',
    limits: { files: 200_000 },
    source: { depth: 1, lfs: 'refuse', submodules: false },
    workspacePath: '/buildog/workspace',
  });
  expect(
    publishInputSchema.parse({
      protocolVersion: 1,
      repository: 'r/x',
      expectedPlatform: { os: 'linux', architecture: 'amd64' },
    }).layoutPath,
  ).toBe('/buildog/output/image');
  expect(
    sidecarInputSchema.parse({
      protocolVersion: 1,
      ingestUrl: 'https://h/ingest',
      attemptId: 'a1',
      containers: ['init'],
    }).heartbeatSeconds,
  ).toBe(10);
  expect(inputPath('init')).toBe('/buildog/input/init.json');
});

it('refuses a setting it does not know: it may have been a limit', () => {
  const { success } = publishInputSchema.safeParse({
    protocolVersion: 1,
    repository: 'r/x',
    expectedPlatform: { os: 'linux', architecture: 'amd64' },
    maxLayers: 3,
  });
  expect(success).toBe(false);
});

it('reads results of later agents that say more', () => {
  const reason = { code: 'GitFailed', message: 'x', category: 'User' };
  expect(Object.keys(agentReasons)).toContain(reason.code);
  expect(
    sidecarSuccessSchema.parse({
      protocolVersion: 1,
      program: 'sidecar',
      ok: true,
      containers: [],
      later: 'field',
    }),
  ).not.toHaveProperty('later');
});

it.each([
  ['exactly one of path and url', {}],
  ['not both', { path: '/x', url: 'http://h/x' }],
  ['not file:', { url: 'file:///x' }],
])('an archive has %s', (_, place) => {
  const source = { type: 'archive', digest: `sha256:${'a'.repeat(64)}` };
  const { success } = initInputSchema.safeParse({
    protocolVersion: 1,
    source: { ...source, ...place },
  });
  expect(success).toBe(false);
});

it.each(['.', 'a', 'a/b.c', ' ', '-x', 'ü', '...', '.gitignore', 'a.git'])(
  'takes the path %j',
  path => expect(sourcePathSchema.safeParse(path).success).toBe(true),
);

it.each([
  '',
  '/',
  '/a',
  '..',
  'a/..',
  './a',
  'a//b',
  'a/',
  'a\0',
  'a\nb',
  '.GIT/x',
])('refuses the path %j', path =>
  expect(sourcePathSchema.safeParse(path).success).toBe(false),
);

it.each([
  'main',
  '-x',
  'refs/',
  'refs/heads/a..b',
  'refs/heads/a b',
  'refs/heads/x.lock',
  'refs/heads/.x',
  'refs/heads/a:b',
  'refs/heads/+a*',
])('refuses the ref %j', ref =>
  expect(refSchema.safeParse(ref).success).toBe(false),
);

it.each(['h', 'h:1', 'a.b-c.d:65535', '[::1]:80'])('takes the host %j', host =>
  expect(hostSchema.safeParse(host).success).toBe(true),
);

it.each(['', 'H', 'a@b', 'h/', '-h', 'h.', 'h:x', 'a b'])(
  'refuses the host %j',
  host => expect(hostSchema.safeParse(host).success).toBe(false),
);

it('keeps the largest success of init within what Kubernetes keeps', () => {
  const wide = '\u{1f980}';
  const result = initSuccessSchema.parse({
    protocolVersion: 1,
    program: 'init',
    ok: true,
    source: {
      type: 'git',
      revision: 'a'.repeat(64),
      subject: wide.repeat(200),
      author: wide.repeat(100),
      authoredAt: '2023-11-14T22:13:20.000Z',
      submodules: 1e6,
    },
    dockerfile: { digest: `sha256:${'a'.repeat(64)}`, bytes: 1e6, steps: 1e4 },
    files: 1e9,
    bytes: 1e15,
    seconds: 1e6,
    warnings: [
      { code: 'LfsPointers', message: wide.repeat(225) },
      { code: 'SubmodulesSkipped', message: wide.repeat(225) },
    ],
  });
  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(
    RESULT_LIMIT_BYTES,
  );
});

it('reads the event it writes, and nothing else', () => {
  const event: DockerfileEvent = {
    event: 'dockerfile',
    path: 'Dockerfile',
    total: 1,
    steps: [
      {
        number: 1,
        line: 1,
        endLine: 1,
        stage: 0,
        stageStep: 1,
        instruction: 'FROM',
        text: 'FROM a',
      },
    ],
  };
  expect(parseDockerfileEvent(formatDockerfileEvent(event))).toEqual(event);
  expect(formatDockerfileEvent(event)).not.toContain('\n');
  for (const line of [
    '',
    '::buildog',
    '::buildog {',
    '::buildog {"event":1}',
  ]) {
    expect(parseDockerfileEvent(line)).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.string(), line => {
      expect(parseDockerfileEvent(line)).toBeUndefined();
    }),
  );
});
