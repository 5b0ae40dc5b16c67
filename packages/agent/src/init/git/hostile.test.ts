import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  dockerfile,
  inputFor,
  runInit,
  type InputChange,
} from '../../testing/initRuns';
import { commit, git, makeRepository } from '../../testing/makeRepository';
import { startGitServer, type GitServer } from '../../testing/startGitServer';
import { temporaryFolder } from '../../testing/temporaryFolder';

let root: string;
let server: GitServer;

beforeAll(async () => {
  root = temporaryFolder('buildog-git');
  server = await startGitServer({ root });
});

afterAll(() => server.close());

const input = (repository: string, revision: string, change?: InputChange) =>
  inputFor(server, repository, revision, change);

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
    const { result } = await runInit(
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
      const { failure } = await runInit(
        input(directory.slice(root.length + 1), revision),
      );
      expect(failure).toBe('GitObjectsInvalid');
    },
  );
});
