import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { GitOperation } from '../graph/Operation';
import { temporaryFolder } from '../testing/temporaryFolder';
import { GitTrees } from './GitTrees';
import { gitOperation, openContext } from './openContext';
import { HttpFiles } from './HttpFiles';

const folder = temporaryFolder();
const never = () => new AbortController().signal;
jest.setTimeout(60_000);

let server: Server;
let url: string;
let revision: string;

/** A repository served as plain files ("dumb http"), which every web server can. */
beforeAll(async () => {
  const work = join(folder, 'work');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', work, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@example',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@example',
      },
    })
      .toString()
      .trim();
  mkdirSync(join(work, 'sub'), { recursive: true });
  writeFileSync(join(work, 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(work, 'sub/file'), 'content');
  symlinkSync('/etc', join(work, 'away'));
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  git('tag', '-a', '-m', 'tag', 'v1');
  revision = git('rev-parse', 'HEAD');
  execFileSync('git', [
    'clone',
    '--quiet',
    '--bare',
    work,
    join(folder, 'www', 'repo.git'),
  ]);
  execFileSync('git', [
    '-C',
    join(folder, 'www', 'repo.git'),
    'update-server-info',
  ]);
  server = createServer((request, response) => {
    const path = join(
      folder,
      'www',
      new URL(request.url ?? '/', 'http://x').pathname,
    );
    const isFile = existsSync(path) && statSync(path).isFile();
    if (isFile) createReadStream(path).pipe(response);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/repo.git`;
});
afterAll(() => new Promise(resolve => server.close(resolve)));

const trees = (at = 'git') =>
  new GitTrees(join(folder, at), { token: async () => undefined });
const operation = (more: Partial<GitOperation> = {}): GitOperation => ({
  kind: 'git',
  url,
  keepGitDirectory: false,
  ...more,
});

it('gives the files of a branch, a tag and a commit, the same for the same commit', async () => {
  const identities = new Set<string | undefined>();
  for (const ref of [undefined, 'main', 'v1', revision]) {
    const { tree, identity } = await trees().fetch(operation({ ref }), never());
    const entry = await tree.lookup('sub/file');
    expect(await text(await tree.open(entry!))).toBe('content');
    expect(await tree.lookup('.git')).toBeUndefined();
    identities.add(identity);
  }
  expect(identities.size).toBe(1);
});

it('asks nobody for a commit that it has', async () => {
  await trees('kept').fetch(operation({ ref: revision }), never());
  const away = operation({ ref: revision });
  const { folder: first } = await trees('kept').checkOut(away, never());
  expect(existsSync(join(first, 'Dockerfile'))).toBe(true);
});

it('gives a subdirectory, and never one behind a link', async () => {
  const { tree } = await trees().fetch(
    operation({ subdirectory: 'sub' }),
    never(),
  );
  expect(await tree.lookup('file')).toBeDefined();
  for (const subdirectory of ['away', '../..', 'none', 'sub/file']) {
    await expect(
      trees().fetch(operation({ subdirectory }), never()),
    ).rejects.toThrow(/has no folder/);
  }
});

it.each<[string, Partial<GitOperation>, string, RegExp]>([
  [
    'a branch that is not there',
    { ref: 'none' },
    'validation',
    /no branch or tag "none"/,
  ],
  [
    'another commit than was asked for',
    { checksum: 'ffff' },
    'validation',
    /asks for the commit ffff/,
  ],
  [
    'a repository of this machine',
    { url: 'file:///etc' },
    'validation',
    /file|transport|address/i,
  ],
  [
    'a program instead of an address',
    { url: 'ext::sh -c id' },
    'validation',
    /./,
  ],
  [
    'a host that is not there',
    { url: 'http://127.0.0.1:1/x.git' },
    'network',
    /127\.0\.0\.1:1/,
  ],
])('refuses %s', async (_, more, kind, message) => {
  await expect(trees().fetch(operation(more), never())).rejects.toMatchObject({
    kind,
    message: expect.stringMatching(message),
  });
});

it('opens contexts by address', async () => {
  const sources = {
    git: trees(),
    http: new HttpFiles(join(folder, 'http'), 0),
    scratch: join(folder, 'scratch'),
  };
  const main = await openContext(`${url}#v1:sub`, sources, never());
  expect(existsSync(join(main.folder, 'file'))).toBe(true);
  expect(main.identity).toBe(revision);
  const tar = join(folder, 'www', 'context.tgz');
  execFileSync('tar', [
    '-czf',
    tar,
    '-C',
    join(folder, 'work'),
    'Dockerfile',
    'sub',
  ]);
  const address = url.replace('repo.git', 'context.tgz');
  const archive = await openContext(address, sources, never());
  expect(existsSync(join(archive.folder, 'sub/file'))).toBe(true);
  rmSync(tar);
  writeFileSync(join(folder, 'www', 'page'), '<html>');
  await expect(
    openContext(url.replace('repo.git', 'page'), sources, never()),
  ).rejects.toThrow(/no tar archive/);
  const plain = await openContext('.', sources, never());
  expect(plain.folder).toBe(process.cwd());
  expect(gitOperation('https://h/x.git#main')).toMatchObject({ ref: 'main' });
  expect(gitOperation('/folder')).toBeUndefined();
});
