import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  initResultSchema,
  parseDockerfileEvent,
  type InitInputFile,
} from '../protocol';
import { commit, git, makeRepository } from '../testing/makeRepository';
import { runForTest } from '../testing/runForTest';
import { startGitServer, type GitServer } from '../testing/startGitServer';
import { init } from './init';

const dockerfile = 'FROM scratch\nCOPY . /\n';
let root: string;
let server: GitServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'buildog-git-'));
  server = await startGitServer({ root });
});

afterAll(() => server.close());

function input(
  repository: string,
  revision: string,
  { git: more = {}, ...rest }: Partial<InitInputFile> & { git?: object } = {},
): InitInputFile {
  return {
    protocolVersion: 1,
    source: {
      type: 'git',
      url: `${server.url}/${repository}`,
      revision,
      transports: ['http'],
      ...more,
    },
    workspacePath: mkdtempSync(join(tmpdir(), 'buildog-workspace-')),
    ...rest,
  };
}

async function run(file: InitInputFile, credential?: unknown) {
  const outcome = await runForTest(init, file, { credential });
  const result = initResultSchema.parse(outcome.result);
  return {
    ...outcome,
    result,
    failure: result.ok ? undefined : result.reason.code,
    message: result.ok ? '' : result.reason.message,
    path: (name: string) => join(String(file.workspacePath), name),
  };
}

describe('a git source', () => {
  it('is checked out at exactly the revision, and described', async () => {
    makeRepository(join(root, 'plain.git'));
    const first = commit(
      join(root, 'plain.git'),
      {
        Dockerfile: dockerfile,
        'bin/run': { executable: '#!/bin/sh\n' },
        'link to run': { symlink: 'bin/run' },
        'größe/\u{1f980}': 'x',
      },
      { message: 'Add \u001b[31m it\n\nbody' },
    );
    commit(join(root, 'plain.git'), { other: 'x' });
    const { result, path, lines, code } = await run(input('plain.git', first));
    expect(result).toMatchObject({
      ok: true,
      source: {
        type: 'git',
        revision: first,
        subject: 'Add [31m it',
        author: 'Ada',
        authoredAt: '2023-11-14T22:13:20.000Z',
        submodules: 0,
      },
      dockerfile: { bytes: dockerfile.length, steps: 2 },
      files: 4,
      warnings: [],
    });
    expect(code).toBe(0);
    expect(readdirSync(path('.')).sort()).toEqual(
      ['Dockerfile', 'bin', 'größe', 'link to run'].sort(),
    );
    expect(lstatSync(path('bin/run')).mode % 0o1000).toBe(0o755);
    expect(lstatSync(path('Dockerfile')).mode % 0o1000).toBe(0o644);
    expect(readlinkSync(path('link to run'))).toBe('bin/run');
    const event = lines.map(parseDockerfileEvent).find(Boolean);
    expect(event?.steps.map(({ text }) => text)).toEqual([
      'FROM scratch',
      'COPY . /',
    ]);
  });

  it('may use SHA-256', async () => {
    makeRepository(join(root, 'sha256.git'), 'sha256');
    const revision = commit(join(root, 'sha256.git'), {
      Dockerfile: dockerfile,
    });
    expect(revision).toHaveLength(64);
    const { result } = await run(input('sha256.git', revision));
    expect(result.ok).toBe(true);
  });

  it('is fetched by ref from a server that serves only tips', async () => {
    const old = await startGitServer({ root, protocol: 0 });
    makeRepository(join(root, 'old.git'));
    const revision = commit(join(root, 'old.git'), { Dockerfile: dockerfile });
    commit(join(root, 'old.git'), { Dockerfile: 'FROM later\n' });
    commit(join(root, 'old.git'), { x: 'x' }, { branch: 'other' });
    const url = `${old.url}/old.git`;
    try {
      for (const ref of ['refs/heads/main', undefined]) {
        const { result, path } = await run(
          input('old.git', revision, { git: { url, ref } }),
        );
        expect(result.ok).toBe(true);
        expect(readFileSync(path('Dockerfile'), 'utf8')).toBe(dockerfile);
      }
      const { failure } = await run(
        input('old.git', revision, { git: { url, ref: 'refs/heads/other' } }),
      );
      expect(failure).toBe('GitRevisionNotFound');
    } finally {
      await old.close();
    }
  });

  it('limits the checkout to a sub path', async () => {
    makeRepository(join(root, 'sub.git'));
    const revision = commit(join(root, 'sub.git'), {
      'app/Dockerfile': dockerfile,
      'app2/x': 'x',
      'big.bin': Buffer.alloc(100_000),
    });
    const { result, path } = await run(
      input('sub.git', revision, {
        git: { subPath: 'app' },
        dockerfile: 'app/Dockerfile',
        context: 'app',
        limits: { bytes: 50_000 },
      }),
    );
    expect(result).toMatchObject({ ok: true, files: 1 });
    expect(readdirSync(path('.'))).toEqual(['app']);
    const missing = await run(
      input('sub.git', revision, { git: { subPath: 'ap' } }),
    );
    expect(missing.failure).toBe('SubPathMissing');
  });

  it('can keep a repository without remotes for the build', async () => {
    makeRepository(join(root, 'keep.git'));
    commit(join(root, 'keep.git'), { Dockerfile: 'FROM a\n' });
    const revision = commit(join(root, 'keep.git'), { Dockerfile: dockerfile });
    const { result, path } = await run(
      input('keep.git', revision, {
        git: { keepGitDirectory: true, depth: 2 },
      }),
    );
    expect(result.ok).toBe(true);
    expect(git(path('.'), ['rev-list', 'HEAD']).split('\n')).toHaveLength(2);
    expect(git(path('.'), ['status', '--porcelain'])).toBe('');
    expect(git(path('.'), ['remote'])).toBe('');
    expect(readFileSync(path('.git/config'), 'utf8')).not.toContain('http');
    expect(existsSync(path('.git/FETCH_HEAD'))).toBe(false);
  });

  it('refuses a second run in the same workspace', async () => {
    makeRepository(join(root, 'twice.git'));
    const revision = commit(join(root, 'twice.git'), {
      Dockerfile: dockerfile,
    });
    const file = input('twice.git', revision);
    expect((await run(file)).failure).toBeUndefined();
    expect((await run(file)).failure).toBe('WorkspaceNotEmpty');
  });
});

describe('what is wrong with a git source is said', () => {
  let revision: string;

  beforeAll(() => {
    makeRepository(join(root, 'wrong.git'));
    revision = commit(join(root, 'wrong.git'), {
      Dockerfile: dockerfile,
      'outside/Dockerfile': { symlink: '../../../../../../../etc/passwd' },
      absolute: { symlink: '/etc' },
      inside: { symlink: 'Dockerfile' },
      loop: { symlink: 'loop' },
      'lfs/model.bin': [
        'version https://git-lfs.github.com/spec/v1',
        `oid sha256:${'0'.repeat(64)}`,
        'size 123456',
        '',
      ].join('\n'),
      'broken/Dockerfile': 'FROM scratch\nRUNN echo\n',
      'empty/Dockerfile': '# nothing\n',
      'binary/Dockerfile': Buffer.from([0xff, 0xfe, 0x00]),
    });
  });

  const lfs = { lfs: 'keepPointers' };
  it.each([
    ['GitRevisionNotFound', { git: { revision: 'a'.repeat(40) } }],
    ['LfsUnsupported', {}],
    ['DockerfileMissing', { git: lfs, dockerfile: 'Containerfile' }],
    ['DockerfileMissing', { git: lfs, dockerfile: 'loop' }],
    ['DockerfileMissing', { git: lfs, dockerfile: 'Dockerfile/x' }],
    ['DockerfileOutsideSource', { git: lfs, dockerfile: 'outside/Dockerfile' }],
    ['DockerfileOutsideSource', { git: lfs, dockerfile: 'absolute/passwd' }],
    ['DockerfileInvalid', { git: lfs, dockerfile: 'lfs' }],
    ['DockerfileInvalid', { git: lfs, dockerfile: 'broken/Dockerfile' }],
    ['DockerfileInvalid', { git: lfs, dockerfile: 'empty/Dockerfile' }],
    ['DockerfileInvalid', { git: lfs, dockerfile: 'binary/Dockerfile' }],
    ['ContextOutsideSource', { context: 'absolute' }],
    ['ContextMissing', { context: 'nowhere' }],
    ['ContextMissing', { context: 'Dockerfile' }],
    ['SourceTooLarge', { limits: { bytes: 50 } }],
    ['SourceTooLarge', { limits: { files: 3 } }],
    ['GitTransportRefused', { git: { transports: ['https'] } }],
    ['GitTransportRefused', { git: { url: 'ext::sh -c id' } }],
    ['GitTransportRefused', { git: { url: 'file:///etc' } }],
    ['GitTransportRefused', { git: { url: '--upload-pack=id' } }],
    ['GitHostRefused', { git: { hosts: ['git.example.org'] } }],
    ['GitHostRefused', { git: { url: 'http://169.254.169.254/x' } }],
    ['GitHostUnreachable', { git: { url: 'http://127.0.0.1:1/x' } }],
    ['GitRemoteNotFound', { git: { url: 'http://HOST/nothing.git' } }],
    ['InputInvalid', { dockerfile: '../Dockerfile' }],
    ['InputInvalid', { dockerfile: '/etc/passwd' }],
    ['InputInvalid', { context: '.git/hooks' }],
    ['InputInvalid', { git: { revision: 'main' } }],
    ['InputInvalid', { git: { ref: '--upload-pack=id' } }],
    ['InputInvalid', { git: { unknown: true } }],
    ['ProtocolUnsupported', { protocolVersion: 2 as 1 }],
  ])('%s %j', async (code, change) => {
    const file = input('wrong.git', revision, change);
    if (file.source.type === 'git') {
      file.source.url = file.source.url.replace('HOST', server.host);
    }
    const { failure, message } = await run(file);
    expect(failure).toBe(code);
    expect(message.length).toBeGreaterThan(20);
  });

  it('names the line of a Dockerfile', async () => {
    const { result } = await run(
      input('wrong.git', revision, {
        git: lfs,
        dockerfile: 'broken/Dockerfile',
      }),
    );
    expect(result).toMatchObject({
      reason: { code: 'DockerfileInvalid', line: 2, category: 'User' },
    });
  });

  it('warns of LFS pointers outside the context', async () => {
    const { result } = await run(
      input('wrong.git', revision, { context: 'empty' }),
    );
    expect(result).toMatchObject({
      ok: true,
      warnings: [{ code: 'LfsPointers' }],
    });
  });

  it('follows a link to the Dockerfile inside the source', async () => {
    const { result } = await run(
      input('wrong.git', revision, { git: lfs, dockerfile: 'inside' }),
    );
    expect(result.ok).toBe(true);
  });

  it('refuses a tree that names more files than there is room for', async () => {
    const bomb = join(root, 'bomb.git');
    makeRepository(bomb);
    let tree = git(bomb, ['hash-object', '-w', '--stdin']);
    const write = (mode: string, id: string) =>
      git(
        bomb,
        ['mktree'],
        Buffer.from(
          Array.from(
            { length: 10 },
            (_, i) =>
              `${mode} ${mode === '040000' ? 'tree' : 'blob'} ${id}\td${i}\n`,
          ).join(''),
        ),
      );
    tree = write('100644', tree);
    for (let level = 0; level < 9; level++) tree = write('040000', tree);
    git(bomb, ['config', 'user.name', 'x']);
    git(bomb, ['config', 'user.email', 'x']);
    const id = git(bomb, ['commit-tree', '-m', 'bomb', tree]);
    git(bomb, ['update-ref', 'refs/heads/main', id]);
    const { failure, path } = await run(input('bomb.git', id));
    expect(failure).toBe('SourceTooLarge');
    expect(readdirSync(path('.'))).toEqual([]);
  });

  it('ends a download that outgrows the limit', async () => {
    makeRepository(join(root, 'big.git'));
    const noise = Buffer.from(
      Array.from({ length: 300_000 }, (_, i) => (i * 7919 * 104_729) % 251),
    );
    const id = commit(join(root, 'big.git'), {
      Dockerfile: dockerfile,
      big: Buffer.concat([noise, Buffer.alloc(5_000_000)]),
    });
    const { failure } = await run(
      input('big.git', id, { limits: { bytes: 10_000 } }),
    );
    expect(failure).toBe('SourceTooLarge');
  });
});

describe('a hostile repository', () => {
  it('runs no hook, filter or fsmonitor', async () => {
    const directory = join(root, 'hostile.git');
    const proof = join(root, 'proof');
    makeRepository(directory);
    const id = commit(directory, {
      Dockerfile: dockerfile,
      '.gitattributes': '* filter=evil\n* text eol=lf\n',
      '.gitconfig': `[filter "evil"]\n\tsmudge = touch ${proof}\n`,
      '.lfsconfig': '[lfs]\n\turl = http://127.0.0.1:1/\n',
      'hooks/post-checkout': { executable: `#!/bin/sh\ntouch ${proof}\n` },
    });
    const { result } = await run(
      input('hostile.git', id, { git: { keepGitDirectory: true } }),
    );
    expect(result.ok).toBe(true);
    expect(existsSync(proof)).toBe(false);
  });

  it.each(['.git/config', 'a/.GIT/hooks/x', '../x'])(
    'cannot name %s',
    async name => {
      const directory = join(root, `name-${name.replace(/\W/g, '-')}.git`);
      makeRepository(directory);
      const blob = git(directory, ['hash-object', '-w', '--stdin']);
      // Trees by hand: git's own tools refuse such names.
      let id = blob;
      let mode = '100644';
      for (const part of name.split('/').reverse()) {
        const body = Buffer.concat([
          Buffer.from(`${mode} ${part}\0`),
          Buffer.from(id, 'hex'),
        ]);
        id = git(
          directory,
          ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'],
          body,
        );
        mode = '40000';
      }
      git(directory, ['config', 'user.name', 'x']);
      git(directory, ['config', 'user.email', 'x']);
      const revision = git(directory, ['commit-tree', '-m', 'x', id]);
      git(directory, ['update-ref', 'refs/heads/main', revision]);
      const { failure } = await run(
        input(directory.slice(root.length + 1), revision),
      );
      expect(failure).toBe('GitObjectsInvalid');
    },
  );
});

describe('credentials', () => {
  const credential = {
    type: 'https',
    username: 'bot',
    password: 's3cret-canary',
  };
  let guarded: GitServer;
  let revision: string;

  beforeAll(async () => {
    makeRepository(join(root, 'private.git'));
    revision = commit(join(root, 'private.git'), { Dockerfile: dockerfile });
    guarded = await startGitServer({ root, credential: 'bot:s3cret-canary' });
  });

  afterAll(() => guarded.close());

  const at = (more: object = {}) =>
    input('private.git', revision, {
      git: { url: `${guarded.url}/private.git`, ...more },
    });

  it('open a private repository and leave no trace', async () => {
    const { result, lines, path } = await run(at({ keepGitDirectory: true }), {
      ...credential,
      host: guarded.host,
    });
    expect(result.ok).toBe(true);
    const everything = [
      ...lines,
      ...readdirSync(path('.'), { recursive: true })
        .map(name => path(String(name)))
        .filter(name => lstatSync(name).isFile())
        .map(name => readFileSync(name, 'latin1')),
    ].join('\n');
    expect(everything).not.toContain('canary');
    expect(everything).not.toContain(
      Buffer.from('bot:s3cret-canary').toString('base64'),
    );
  });

  it('are asked for when they are missing', async () => {
    const { failure, message } = await run(at());
    expect(failure).toBe('GitRemotePrivate');
    expect(message).toContain('configure a credential');
  });

  it('are said to be refused, without being quoted', async () => {
    const { failure, message, lines } = await run(at(), {
      ...credential,
      host: guarded.host,
      password: 'wrong-canary',
    });
    expect(failure).toBe('GitRemotePrivate');
    expect(`${message}${lines.join()}`).not.toContain('canary');
  });

  it('never go to another host', async () => {
    const { failure } = await run(at(), {
      ...credential,
      host: 'git.example.org',
    });
    expect(failure).toBe('CredentialInvalid');
  });

  it('may not stand in the URL, and are not quoted from there', async () => {
    const { failure, message } = await run(
      at({ url: `http://bot:s3cret-canary@${guarded.host}/private.git` }),
    );
    expect(failure).toBe('GitTransportRefused');
    expect(message).not.toContain('canary');
  });

  it('must be of the known shape', async () => {
    const { failure, message } = await run(at(), { type: 'https', pass: 'x' });
    expect(failure).toBe('CredentialInvalid');
    expect(message).toMatch(/host/);
  });

  it('do not follow a redirect to another host', async () => {
    const thief = await startGitServer({ root });
    const redirecting = await startGitServer({
      root,
      intercept: (request, response) => {
        response.writeHead(302, { location: `${thief.url}${request.url}` });
        response.end();
        return true;
      },
    });
    try {
      const { failure, message } = await run(
        at({ url: `${redirecting.url}/private.git` }),
        { ...credential, host: redirecting.host },
      );
      expect(failure).toBe('GitRedirectRefused');
      expect(message).toContain(thief.host);
      expect(thief.requests).toEqual([]);
    } finally {
      await Promise.all([thief.close(), redirecting.close()]);
    }
  });

  it('follow a redirect on the same host', async () => {
    const redirecting = await startGitServer({
      root,
      credential: 'bot:s3cret-canary',
      intercept: (request, response) => {
        if (request.url?.startsWith('/private.git/')) return false;
        const location = request.url?.replace('/private/', '/private.git/');
        response.writeHead(301, { location });
        response.end();
        return true;
      },
    });
    try {
      const { result } = await run(at({ url: `${redirecting.url}/private` }), {
        ...credential,
        host: redirecting.host,
      });
      expect(result.ok).toBe(true);
    } finally {
      await redirecting.close();
    }
  });

  it('give up on redirects without end', async () => {
    const turning = await startGitServer({
      root,
      intercept: (request, response) => {
        response.writeHead(302, { location: request.url });
        response.end();
        return true;
      },
    });
    try {
      const { failure } = await run(at({ url: `${turning.url}/private.git` }));
      expect(failure).toBe('GitRedirectRefused');
    } finally {
      await turning.close();
    }
  });
});

describe('time', () => {
  it.each([
    ['SourceTimedOut', 1, undefined],
    ['Terminated', 60, 300],
  ])('%s', async (code, seconds, stopAfter) => {
    const hanging = await startGitServer({ root, intercept: () => true });
    const stop = new AbortController();
    if (stopAfter) setTimeout(() => stop.abort(), stopAfter);
    try {
      const file = input('x.git', 'a'.repeat(40), {
        git: { url: `${hanging.url}/x.git` },
        limits: { seconds },
      });
      const { result } = await runForTest(init, file, { signal: stop.signal });
      expect(result).toMatchObject({ ok: false, reason: { code } });
      expect(readdirSync(String(file.workspacePath))).toEqual([]);
    } finally {
      await hanging.close();
    }
  });
});

it('says which file it cannot read', async () => {
  const file = input('x.git', 'a'.repeat(40));
  const { result } = await runForTest(init, file, { credential: 'not json' });
  expect(result).toMatchObject({
    reason: { code: 'CredentialInvalid', category: 'Infrastructure' },
  });
});
