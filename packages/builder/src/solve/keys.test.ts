import fc from 'fast-check';
import { join } from 'node:path';
import type {
  CopyOperation,
  ExecMount,
  ExecOperation,
} from '../graph/Operation';
import type { Entry } from '../layers/FileTree';
import { MemoryTree } from '../sources/MemoryTree';
import { solveTools } from '../testing/solveTools';
import { temporaryFolder } from '../testing/temporaryFolder';
import { context, copy, exec, scratch } from '../testing/vertices';
import { solve } from './solve';
import type { SolveSettings } from './SolveTools';

// Each key takes a solve of its own.
jest.setTimeout(60_000);

const folder = temporaryFolder();
let counter = 0;

interface World {
  readonly root?: string;
  readonly files?: Readonly<Record<string, string | Partial<Entry>>>;
  readonly settings?: Partial<SolveSettings>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** The keys that a step is looked up under: what the records were asked for. */
async function keysOf(
  kind: 'exec' | 'copy',
  more: Partial<ExecOperation> | Partial<CopyOperation>,
  { root = 'base', files = {}, settings, secrets }: World = {},
): Promise<string> {
  counter += 1;
  const tree = new MemoryTree(
    Object.entries({ 'a/one': '1', two: '2', ...files }).flatMap(
      ([path, file]) => toFiles(path, file),
    ),
  );
  const tools = await solveTools(join(folder, String(counter)), {
    contexts: { default: tree },
    settings,
    secrets: { s: 'secret', ...secrets },
    run: async ({ args }) => ({ [args[2]]: 'content' }),
  });
  const below = exec(root);
  const vertex =
    kind === 'exec'
      ? exec('step', below, more as Partial<ExecOperation>, [context])
      : copy(['a'], '/to/', { root: below }, more as Partial<CopyOperation>);
  await solve([vertex], tools, new AbortController().signal);
  const [used] = [...tools.records.used.values()];
  await tools.close();
  return [...used.keys()].at(-1)!;
}

function toFiles(path: string, file: string | Partial<Entry>) {
  const content = Buffer.from(typeof file === 'string' ? file : '');
  const entry: Entry = {
    path,
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: content.length,
    mtime: 7,
    ...(typeof file === 'string' ? {} : file),
  };
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const directory = {
    ...entry,
    path: parent,
    type: 'directory' as const,
    mode: 0o755,
    size: 0,
  };
  return [...(parent ? [{ entry: directory }] : []), { entry, content }];
}

const bind: ExecMount = {
  type: 'bind',
  target: '/b',
  input: 1,
  source: 'a',
  writable: false,
};
const secret: ExecMount = {
  type: 'secret',
  id: 's',
  target: '/run/s',
  required: true,
  mode: 0o400,
  uid: 0,
  gid: 0,
};
const cache: ExecMount = {
  type: 'cache',
  target: '/c',
  id: 'c',
  sharing: 'shared',
  readonly: false,
  mode: 0o755,
  uid: 0,
  gid: 0,
  source: '',
};

describe('the key of a RUN', () => {
  it.each<[string, Partial<ExecOperation>, World]>([
    ['the filesystem', {}, { root: 'other' }],
    ['an argument', { args: ['/bin/sh', '-c', 'steps'] }, {}],
    ['where an argument ends', { args: ['/bin/sh', '-cstep'] }, {}],
    ['a variable', { env: ['PATH=/bin', 'A=b'] }, {}],
    ['the order of variables', { env: [] }, {}],
    ['the working directory', { cwd: '/w' }, {}],
    ['the user', { user: '1' }, {}],
    ['the network', { network: 'none' }, {}],
    ['what the network is', {}, { settings: { network: 'none' } }],
    [
      'the sandbox',
      { security: 'insecure' },
      { settings: { allowInsecure: true } },
    ],
    ['the platform', { platform: { os: 'linux', architecture: 'arm64' } }, {}],
    [
      'the variant',
      { platform: { os: 'linux', architecture: 'amd64', variant: 'v2' } },
      {},
    ],
    ['a mount', { mounts: [cache] }, {}],
    [
      'a name in /etc/hosts',
      { extraHosts: [{ host: 'a', address: '10.0.0.1' }] },
      {},
    ],
    ['the host name', { hostname: 'other' }, {}],
    ['the time of files', {}, { settings: { clampTime: 1 } }],
    [
      'the compression',
      {},
      { settings: { compression: { algorithm: 'zstd' } } },
    ],
  ])('changes with %s', async (_, more, world) => {
    expect(await keysOf('exec', more, world)).not.toBe(
      await keysOf('exec', {}),
    );
  });

  it('changes with what a bind mount shows, and with nothing beside it', async () => {
    const mounts = [bind];
    const key = await keysOf('exec', { mounts });
    const changed = await keysOf(
      'exec',
      { mounts },
      { files: { 'a/one': 'x' } },
    );
    const beside = await keysOf('exec', { mounts }, { files: { two: 'x' } });
    expect(changed).not.toBe(key);
    expect(beside).toBe(key);
  });

  it.each<[string, Partial<ExecOperation>, World, World]>([
    [
      'the value of a secret',
      { mounts: [secret] },
      {},
      { secrets: { s: 'other' } },
    ],
    ['limits', {}, {}, { settings: { limits: { memory: 1e9 } } }],
    ['how many run at once', {}, {}, { settings: { parallel: 1 } }],
    ['the time of the build', {}, {}, { settings: { now: 5 } }],
  ])('does not change with %s', async (_, more, before, after) => {
    expect(await keysOf('exec', more, after)).toBe(
      await keysOf('exec', more, before),
    );
  });

  it('does not change with a proxy', async () => {
    const proxyEnv = ['HTTP_PROXY=http://proxy:3128'];
    expect(await keysOf('exec', { proxyEnv })).toBe(await keysOf('exec', {}));
  });

  it('differs for any two environments', async () => {
    const env = fc.array(fc.stringMatching(/^[A-C]=[a-c]?$/), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(env, env, async (one, other) => {
        const [first, second] = [
          await keysOf('exec', { env: one }),
          await keysOf('exec', { env: other }),
        ];
        expect(first === second).toBe(
          JSON.stringify(one) === JSON.stringify(other),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('the key of a COPY', () => {
  it.each<[string, Partial<CopyOperation>, World]>([
    ['the filesystem', {}, { root: 'other' }],
    ['the destination', { destination: '/other/' }, {}],
    ['the owner', { chown: '1:2' }, {}],
    ['the mode', { chmod: '600' }, {}],
    ['what is left out', { exclude: ['one'] }, {}],
    ['parents', { parents: true }, {}],
    ['the content of a file', {}, { files: { 'a/one': '2' } }],
    ['one more file', {}, { files: { 'a/new': '' } }],
    ['the mode of a file', {}, { files: { 'a/one': { mode: 0o755 } } }],
    [
      'a file that is a link now',
      {},
      { files: { 'a/one': { type: 'symlink', link: 'x' } } },
    ],
    [
      'an attribute',
      {},
      { files: { 'a/one': { xattrs: { 'user.a': 'Yg==' } } } },
    ],
  ])('changes with %s', async (_, more, world) => {
    expect(await keysOf('copy', more, world)).not.toBe(
      await keysOf('copy', {}),
    );
  });

  it('changes with owners only where they are kept', async () => {
    const files = { 'a/one': { uid: 5 } };
    const before = { 'a/one': { uid: 0 } };
    expect(await keysOf('copy', {}, { files })).toBe(
      await keysOf('copy', {}, { files: before }),
    );
    const keepOwners = true;
    expect(await keysOf('copy', { keepOwners }, { files })).not.toBe(
      await keysOf('copy', { keepOwners }, { files: before }),
    );
  });

  it.each<[string, World]>([
    ['a file beside', { files: { two: 'changed', three: '3' } }],
    ['the time of a file', { files: { 'a/one': { mtime: 99, size: 0 } } }],
  ])('does not change with %s', async (name, world) => {
    const before: World =
      name === 'the time of a file'
        ? { files: { 'a/one': { mtime: 1, size: 0 } } }
        : {};
    expect(await keysOf('copy', {}, world)).toBe(
      await keysOf('copy', {}, before),
    );
  });

  it('with --link does not depend on the filesystem', async () => {
    const link = true;
    expect(await keysOf('copy', { link }, { root: 'other' })).toBe(
      await keysOf('copy', { link }),
    );
    expect(scratch.operation.kind).toBe('scratch');
  });
});
