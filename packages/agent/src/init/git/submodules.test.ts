import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { initResultSchema } from '../../protocol';
import { commit, makeRepository } from '../../testing/makeRepository';
import { runForTest } from '../../testing/runForTest';
import { startGitServer, type GitServer } from '../../testing/startGitServer';
import { init } from '../init';
import { temporaryFolder } from '../../testing/temporaryFolder';

let root: string;
let server: GitServer;
let elsewhere: GitServer;
let inner: string;
let middle: string;

beforeAll(async () => {
  root = temporaryFolder('buildog-submodules');
  server = await startGitServer({ root, credential: 'bot:canary' });
  elsewhere = await startGitServer({ root });
  makeRepository(join(root, 'team/inner.git'));
  makeRepository(join(root, 'team/middle.git'));
  inner = commit(join(root, 'team/inner.git'), { 'inner.txt': 'inner' });
  middle = commit(join(root, 'team/middle.git'), {
    '.gitmodules': modules('deep/inner', '../inner.git'),
    'deep/inner': { submodule: inner },
    'middle.txt': 'middle',
  });
});

afterAll(() => Promise.all([server.close(), elsewhere.close()]));

function modules(path: string, url: string): string {
  return `[submodule "x"]\n\tpath = ${path}\n\turl = ${url}\n`;
}

let count = 0;
async function run(
  gitmodules: string,
  submodules: object | false,
  { revision = middle, ...limits }: { revision?: string; files?: number } = {},
) {
  count += 1;
  const name = `team/top${count}.git`;
  makeRepository(join(root, name));
  const top = commit(join(root, name), {
    Dockerfile: 'FROM scratch\n',
    '.gitmodules': gitmodules,
    'lib/middle': { submodule: revision },
  });
  const workspacePath = temporaryFolder('buildog-workspace');
  const outcome = await runForTest(
    init,
    {
      protocolVersion: 1,
      source: {
        type: 'git',
        url: `${server.url}/${name}`,
        revision: top,
        transports: ['http'],
        submodules,
      },
      limits,
      workspacePath,
    },
    {
      credential: {
        type: 'https',
        host: server.host,
        username: 'bot',
        password: 'canary',
      },
    },
  );
  const result = initResultSchema.parse(outcome.result);
  return {
    result,
    code: result.ok ? undefined : result.reason.code,
    message: result.ok ? '' : result.reason.message,
    workspacePath,
  };
}

const relative = modules('lib/middle', '../middle.git');

it('are fetched to the wanted depth, with the credential where it is allowed', async () => {
  const { result, workspacePath } = await run(relative, {
    depth: 2,
    credentialUrls: [
      `${server.url}/team/middle`,
      `${server.url}/team/inner.git`,
    ],
  });
  expect(result).toMatchObject({
    ok: true,
    source: { submodules: 2 },
    warnings: [],
  });
  const read = (name: string) =>
    readFileSync(join(workspacePath, name), 'utf8');
  expect(read('lib/middle/middle.txt')).toBe('middle');
  expect(read('lib/middle/deep/inner/inner.txt')).toBe('inner');
  const all = readdirSync(workspacePath, { recursive: true }).map(String);
  expect(all.filter(name => /\.git(\/|$)|buildog/.test(name))).toEqual([]);
});

it('are not read with the credential otherwise', async () => {
  const { code } = await run(relative, { depth: 2 });
  expect(code).toBe('GitRemotePrivate');
});

it('are left out when they are not wanted, and that is said', async () => {
  const { result, workspacePath } = await run(relative, false);
  expect(result).toMatchObject({
    ok: true,
    source: { submodules: 0 },
    warnings: [{ code: 'SubmodulesSkipped' }],
  });
  expect(readdirSync(workspacePath)).not.toContain('lib');
});

it('from another host are refused, or anonymous when it is allowed', async () => {
  const url = `${elsewhere.url}/team/inner.git`;
  const refused = await run(modules('lib/middle', url), { depth: 1 });
  expect(refused.code).toBe('SubmoduleRefused');
  expect(refused.message).toContain(elsewhere.host);
  const { result } = await run(
    modules('lib/middle', url),
    { depth: 1, hosts: [elsewhere.host] },
    { revision: inner },
  );
  expect(result.ok).toBe(true);
  expect(elsewhere.requests.length).toBeGreaterThan(0);
  expect(
    elsewhere.requests.filter(({ authorization }) => authorization),
  ).toEqual([]);
});

it.each([
  ['nested deeper than allowed', relative, 'SubmoduleRefused'],
  ['ext::', modules('lib/middle', 'ext::sh -c id'), 'SubmoduleRefused'],
  ['file://', modules('lib/middle', 'file:///etc'), 'SubmoduleRefused'],
  ['a path', modules('lib/middle', '/etc/x.git'), 'SubmoduleRefused'],
  ['an option', modules('lib/middle', '--upload-pack=id'), 'GitObjectsInvalid'],
  ['a way out', modules('lib/middle', '../../../../x'), 'SubmoduleRefused'],
  ['no entry', modules('lib/other', '../middle.git'), 'SubmoduleInvalid'],
  [
    'a command',
    `${modules('lib/middle', '../middle.git')}\tupdate = !touch x\n`,
    'GitObjectsInvalid',
  ],
  ['nonsense', 'this is [ not a config', 'SubmoduleInvalid'],
])('with %s are refused', async (_, gitmodules, expected) => {
  const { code, message } = await run(gitmodules, {
    depth: 1,
    credentialUrls: [`${server.url}/team/middle.git`],
  });
  expect(code).toBe(expected);
  expect(message).not.toContain('canary');
});

it('count against the limits of the whole source', async () => {
  const { code } = await run(
    relative,
    { depth: 2, credentialUrls: [`${server.url}/team/middle.git`] },
    { files: 4 },
  );
  expect(code).toBe('SourceTooLarge');
});
