import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  dockerfile,
  inputFor,
  runInit,
  type InputChange,
} from '../testing/initRuns';
import { commit, git, makeRepository } from '../testing/makeRepository';
import { startGitServer, type GitServer } from '../testing/startGitServer';
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
    const { failure, message } = await runInit(file);
    expect(failure).toBe(code);
    expect(message.length).toBeGreaterThan(20);
  });

  it('names the line of a Dockerfile', async () => {
    const { result } = await runInit(
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
    const { result } = await runInit(
      input('wrong.git', revision, { context: 'empty' }),
    );
    expect(result).toMatchObject({
      ok: true,
      warnings: [{ code: 'LfsPointers' }],
    });
  });

  it('follows a link to the Dockerfile inside the source', async () => {
    const { result } = await runInit(
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
    const { failure, path } = await runInit(input('bomb.git', id));
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
    const { failure } = await runInit(
      input('big.git', id, { limits: { bytes: 10_000 } }),
    );
    expect(failure).toBe('SourceTooLarge');
  });
});
