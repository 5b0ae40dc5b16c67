import { agentEnvironment } from '../protocol';
import { runForTest } from '../testing/runForTest';
import { sidecar } from './sidecar';

const input = {
  protocolVersion: 1,
  ingestUrl: 'https://portal.test/ingest',
  attemptId: 'a1',
  containers: ['init'],
};

const env = {
  KUBERNETES_SERVICE_HOST: '::1',
  KUBERNETES_SERVICE_PORT: '443',
  [agentEnvironment.podName]: 'pod',
  [agentEnvironment.podNamespace]: 'builds',
};

it.each([
  ['CredentialInvalid', /ingest token|token/, 'two words', env],
  ['CredentialInvalid', /token/, '', env],
  ['InputInvalid', /KUBERNETES_SERVICE_HOST/, 'token', {}],
  [
    'InputInvalid',
    /BUILDOG_POD_NAME/,
    'token',
    { ...env, [agentEnvironment.podName]: undefined },
  ],
  // This machine is no pod: it has no service account.
  ['InputInvalid', /service account/, 'token', env],
])(
  'fails with %s that names %s',
  async (code, named, credential, environment) => {
    const { result } = await runForTest(sidecar, input, {
      credential,
      env: environment,
    });
    expect(result).toMatchObject({
      ok: false,
      reason: { code, message: expect.stringMatching(named) },
    });
  },
);

it.each([
  { containers: [] },
  { containers: ['heartbeat'] },
  { containers: ['../x'] },
  { attemptId: 'a/b' },
  { ingestUrl: 'file:///x' },
  { spoolLimitBytes: 1 },
])('refuses the input %j', async change => {
  const { result } = await runForTest(
    sidecar,
    { ...input, ...change },
    { credential: 'token', env },
  );
  expect(result).toMatchObject({ reason: { code: 'InputInvalid' } });
});
