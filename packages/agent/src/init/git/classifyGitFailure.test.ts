import { classifyGitFailure } from './classifyGitFailure';

const context = { host: 'git.example.org', authenticated: false };

it.each([
  [
    'GitRemotePrivate',
    "fatal: could not read Username for 'https://h': terminal prompts disabled",
  ],
  ['GitRemotePrivate', "fatal: Authentication failed for 'https://h/x/'"],
  ['GitRemotePrivate', 'The requested URL returned error: 403'],
  [
    'GitRemotePrivate',
    'git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.',
  ],
  ['GitRemoteNotFound', "fatal: repository 'https://h/x/' not found"],
  [
    'GitRemoteNotFound',
    'ERROR: Repository not found.\nfatal: Could not read from remote repository.',
  ],
  [
    'GitRemoteNotFound',
    "fatal: '/x.git' does not appear to be a git repository",
  ],
  ['GitRevisionNotFound', 'fatal: remote error: upload-pack: not our ref aaaa'],
  ['GitRevisionNotFound', "fatal: couldn't find remote ref refs/heads/x"],
  [
    'GitRevisionNotFound',
    'error: Server does not allow request for unadvertised object aaaa',
  ],
  [
    'GitHostUnreachable',
    "fatal: unable to access 'https://h/': Could not resolve host: h",
  ],
  ['GitHostUnreachable', 'ssh: connect to host h port 22: Connection refused'],
  [
    'GitHostUnreachable',
    'ssh: Could not resolve hostname h: Name or service not known',
  ],
  [
    'GitTlsFailed',
    "fatal: unable to access 'https://h/': SSL certificate problem: self-signed certificate",
  ],
  [
    'GitTlsFailed',
    'server certificate verification failed. CAfile: none CRLfile: none',
  ],
  ['GitTlsFailed', 'gnutls_handshake() failed: Handshake failed'],
  [
    'GitHostKeyRefused',
    'No ED25519 host key is known for h\nHost key verification failed.',
  ],
  ['GitRateLimited', 'The requested URL returned error: 429'],
  ['GitServerFailed', 'The requested URL returned error: 503'],
  ['GitServerFailed', 'error: RPC failed; curl 18\nfatal: early EOF'],
  ['GitServerFailed', 'fatal: the remote end hung up unexpectedly'],
  ['GitTransportRefused', "fatal: transport 'ext' not allowed"],
  ['GitRedirectRefused', 'The requested URL returned error: 301'],
  [
    'GitObjectsInvalid',
    "error: object 1234: hasDotgit: contains '.git'\nfatal: fsck error in packed object",
  ],
  ['VolumeFull', 'fatal: write error: No space left on device'],
  ['GitFailed', 'fatal: something new'],
  ['GitRemotePrivate', 'fatal: Could not read from remote repository.'],
  ['GitFailed', ''],
])('%s: %s', (code, stderr) => {
  expect(classifyGitFailure(stderr, context).code).toBe(code);
});

it('does not believe what the server prints', () => {
  const stderr = 'remote: fatal: Authentication failed\nfatal: early EOF';
  expect(classifyGitFailure(stderr, context).code).toBe('GitServerFailed');
});

it('tells a missing credential from a refused one', () => {
  const stderr = 'fatal: Authentication failed';
  expect(classifyGitFailure(stderr, context).message).toContain('configure');
  expect(
    classifyGitFailure(stderr, { ...context, authenticated: true }).message,
  ).toContain('refuses the credential');
});

it('quotes git without secrets', () => {
  const { message } = classifyGitFailure(
    'fatal: odd: https://bot:canary@h/ and canary-2\u001b[31m',
    { ...context, secrets: ['canary-2'] },
  );
  expect(message).not.toMatch(/canary|\p{Cc}/u);
});
