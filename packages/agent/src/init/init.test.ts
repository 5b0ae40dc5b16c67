import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseDockerfileEvent } from '../protocol';
import {
  dockerfile,
  inputFor,
  runInit,
  type InputChange,
} from '../testing/initRuns';
import { commit, git, makeRepository } from '../testing/makeRepository';
import { runForTest } from '../testing/runForTest';
import { startGitServer, type GitServer } from '../testing/startGitServer';
import { init } from './init';
import { temporaryFolder } from '../testing/temporaryFolder';

let root: string;
let server: GitServer;

beforeAll(async () => {
  root = temporaryFolder('buildog-git');
  server = await startGitServer({ root });
});

afterAll(() => server.close());

const input = (repository: string, revision: string, change?: InputChange) =>
  inputFor(server, repository, revision, change);

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
    const { result, path, lines, code } = await runInit(
      input('plain.git', first),
    );
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
    const { result } = await runInit(input('sha256.git', revision));
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
        const { result, path } = await runInit(
          input('old.git', revision, { git: { url, ref } }),
        );
        expect(result.ok).toBe(true);
        expect(readFileSync(path('Dockerfile'), 'utf8')).toBe(dockerfile);
      }
      const { failure } = await runInit(
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
    const { result, path } = await runInit(
      input('sub.git', revision, {
        git: { subPath: 'app' },
        dockerfile: 'app/Dockerfile',
        context: 'app',
        limits: { bytes: 50_000 },
      }),
    );
    expect(result).toMatchObject({ ok: true, files: 1 });
    expect(readdirSync(path('.'))).toEqual(['app']);
    const missing = await runInit(
      input('sub.git', revision, { git: { subPath: 'ap' } }),
    );
    expect(missing.failure).toBe('SubPathMissing');
  });

  it('can keep a repository without remotes for the build', async () => {
    makeRepository(join(root, 'keep.git'));
    commit(join(root, 'keep.git'), { Dockerfile: 'FROM a\n' });
    const revision = commit(join(root, 'keep.git'), { Dockerfile: dockerfile });
    const { result, path } = await runInit(
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
    expect((await runInit(file)).failure).toBeUndefined();
    expect((await runInit(file)).failure).toBe('WorkspaceNotEmpty');
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
