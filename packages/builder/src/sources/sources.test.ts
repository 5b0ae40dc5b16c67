import {
  mkdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  statSync,
  linkSync,
} from 'node:fs';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  Credential,
  OciError,
  mediaTypes,
  sha256,
  type Descriptor,
  type RegistryClient,
} from '@buildog/oci';
import { createIgnoreMatcher } from '../dockerfile/ignore/createIgnoreMatcher';
import { temporaryFolder } from '../testing/temporaryFolder';
import { BuildContexts, findDockerfile } from './BuildContexts';
import { choosePlatform } from './choosePlatform';
import { CircuitBreaker } from './CircuitBreaker';
import { ContextTree } from './ContextTree';
import { HttpFiles } from './HttpFiles';
import { parseImageConfig } from './parseImageConfig';
import { Registries } from './Registries';
import { StatCache } from './StatCache';
import { withoutUserInfo } from './withoutUserInfo';

const folder = temporaryFolder();
const never = () => new AbortController().signal;
let counter = 0;

/** A folder with files. */
function files(content: Readonly<Record<string, string>>): string {
  const at = join(folder, String((counter += 1)));
  mkdirSync(at);
  for (const [path, value] of Object.entries(content)) {
    mkdirSync(join(at, path, '..'), { recursive: true });
    writeFileSync(join(at, path), value);
  }
  return at;
}

const rules = (...patterns: string[]) => ({
  matcher: createIgnoreMatcher(patterns),
  file: '.dockerignore',
});

describe('ContextTree', () => {
  it('shows what is not ignored, as root’s', async () => {
    const at = files({ 'a/b': 'B', 'a/c.log': '', 'd/e': '', 'd/keep': 'K' });
    const tree = await ContextTree.open(at, {
      rules: rules('**/*.log', 'd', '!d/keep'),
    });
    const names = async (path: string) =>
      (await tree.list(path)).map(entry => entry.path);
    expect([await names(''), await names('a'), await names('d')]).toEqual([
      ['a', 'd'],
      ['a/b'],
      ['d/keep'],
    ]);
    expect(await tree.lookup('a/c.log')).toBeUndefined();
    expect(await tree.lookup('d/e')).toBeUndefined();
    const entry = await tree.lookup('a/b');
    expect(entry).toMatchObject({ type: 'file', uid: 0, gid: 0, size: 1 });
    expect(await text(await tree.open(entry!))).toBe('B');
    expect(await tree.digest(entry!)).toBe(sha256('B'));
    expect(await tree.explainMissing('a/c.log')).toMatch(
      /\.dockerignore excludes it/,
    );
    expect(await tree.explainMissing('nothing')).toBeUndefined();
  });

  it('follows no link, not even in the middle of a path', async () => {
    const at = files({ 'real/f': 'F' });
    symlinkSync('/etc', join(at, 'etc'));
    symlinkSync('real', join(at, 'alias'));
    const tree = await ContextTree.open(at, {});
    expect(await tree.lookup('etc')).toMatchObject({
      type: 'symlink',
      link: '/etc',
    });
    expect(await tree.lookup('etc/passwd')).toBeUndefined();
    expect(await tree.list('etc')).toEqual([]);
    expect(await tree.lookup('alias/f')).toBeUndefined();
  });

  it('refuses what no image can hold, by name, unless it is ignored', async () => {
    const at = files({ a: '' });
    const server = createServer().listen(join(at, 'sock'));
    await new Promise(resolve => server.once('listening', resolve));
    await expect((await ContextTree.open(at, {})).list('')).rejects.toThrow(
      /sock in the build context is a socket/,
    );
    const without = await ContextTree.open(at, { rules: rules('sock') });
    expect(await without.list('')).toHaveLength(1);
    await new Promise(resolve => server.close(resolve));
    await expect(ContextTree.open(join(at, 'a'), {})).rejects.toThrow(
      /no folder/,
    );
  });

  it('knows which names are one file', async () => {
    const at = files({ a: 'A' });
    linkSync(join(at, 'a'), join(at, 'b'));
    const [a, b] = await (await ContextTree.open(at, {})).list('');
    expect(a.linkGroup).toBeDefined();
    expect(a.linkGroup).toBe(b.linkGroup);
  });

  it('reads a file again only when it changed', async () => {
    const at = files({ a: 'old' });
    utimesSync(join(at, 'a'), 1, 1);
    const path = join(folder, 'stats');
    const stats = statSync(join(at, 'a'), { bigint: true });
    const cache = new StatCache(path);
    cache.remember(
      { ...stats, mtimeMs: 0n, ctimeMs: 0n } as typeof stats,
      sha256('old'),
    );
    await cache.save();
    expect(await new StatCache(path).find(stats)).toBe(sha256('old'));
    writeFileSync(join(at, 'a'), 'new');
    const after = statSync(join(at, 'a'), { bigint: true });
    expect(await new StatCache(path).find(after)).toBeUndefined();
    // A file that was written in this moment may change again unseen.
    const eager = new StatCache(path);
    eager.remember(after, sha256('new'));
    expect(await eager.find(after)).toBeUndefined();
    writeFileSync(path, 'broken \0 file');
    expect(await new StatCache(path).find(stats)).toBeUndefined();
  });
});

describe('BuildContexts', () => {
  it('lets the patterns beside the Dockerfile win', async () => {
    const at = files({
      '.dockerignore': 'a',
      'app.Dockerfile': 'FROM scratch',
      'app.Dockerfile.dockerignore': 'b',
      a: '',
      b: '',
    });
    const found = await findDockerfile(at, 'app.Dockerfile');
    const open = (dockerfile?: string) =>
      new BuildContexts(new Map([['default', { folder: at }]]), {
        statFolder: join(folder, 'files'),
        dockerfile,
      });
    const { tree } = await open(found.path).tree('default');
    expect([await tree.lookup('a'), await tree.lookup('b')]).toEqual([
      expect.anything(),
      undefined,
    ]);
    const other = await open().tree('default');
    expect(await other.tree.lookup('a')).toBeUndefined();
    await expect(open().tree('none')).rejects.toThrow(/--build-context none=/);
    await expect(findDockerfile(at, undefined)).rejects.toThrow(
      /there is no Dockerfile/,
    );
  });
});

describe('choosePlatform', () => {
  const of = (...platforms: string[]): Descriptor[] =>
    platforms.map(name => {
      const [os, architecture, variant] = name.split('/');
      const platform = { os, architecture, ...(variant && { variant }) };
      return {
        mediaType: mediaTypes.ociManifest,
        digest: sha256(name),
        size: 1,
        platform,
      };
    });
  const linux = (architecture: string, variant?: string) => ({
    os: 'linux',
    architecture,
    ...(variant && { variant }),
  });

  it.each<[string[], ReturnType<typeof linux>, string]>([
    [['linux/amd64', 'linux/arm64/v8'], linux('arm64'), 'linux/arm64/v8'],
    [
      ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7'],
      linux('arm', 'v7'),
      'linux/arm/v7',
    ],
    [['linux/arm/v5', 'linux/arm/v6'], linux('arm', 'v7'), 'linux/arm/v6'],
    [['linux/amd64', 'linux/amd64/v3'], linux('amd64', 'v2'), 'linux/amd64'],
    [['unknown/unknown', 'linux/amd64'], linux('amd64'), 'linux/amd64'],
  ])('of %j for %j takes %s', (offered, wanted, chosen) => {
    expect(choosePlatform(of(...offered), wanted, 'x').digest).toBe(
      sha256(chosen),
    );
  });

  it('names what there is', () => {
    expect(() =>
      choosePlatform(
        of('linux/arm/v7', 'linux/s390x'),
        linux('arm', 'v6'),
        'img',
      ),
    ).toThrow(
      'img does not exist for linux/arm/v6; it exists for linux/arm/v7, linux/s390x',
    );
  });
});

describe('Registries', () => {
  const repository = { registry: 'r.example', path: 'a' };
  const keychain = (name?: string) => ({
    find: async () => (name ? Credential.basic(name, 'x') : undefined),
  });
  /** What the call was made with, by the keychain's user name. */
  const run = async (
    registries: Registries,
    purpose: 'pull' | 'push',
    accepted: string | undefined,
    chains: readonly ReturnType<typeof keychain>[],
  ) => {
    const tried: (string | undefined)[] = [];
    let next = 0;
    const names: (string | undefined)[] = [];
    for (const chain of chains) {
      const name = (await chain.find())?.username;
      if (name) names.push(name);
    }
    if (purpose === 'pull' || names.length === 0) names.push(undefined);
    const answer = await registries.use(
      repository,
      purpose,
      async (_: RegistryClient) => {
        const name = names[next];
        next += 1;
        tried.push(name);
        if (name !== accepted)
          throw new OciError('unauthorized', `not ${name}`);
        return name;
      },
    );
    return { answer, tried };
  };

  it('tries the sources of credentials in order, and a pull at last none', async () => {
    const chains = [keychain(), keychain('one'), keychain('two')];
    const registries = new Registries({ keychains: chains });
    const { tried } = await run(registries, 'pull', undefined, chains);
    expect(tried).toEqual(['one', 'two', undefined]);
    await expect(
      run(new Registries({ keychains: chains }), 'push', undefined, chains),
    ).rejects.toMatchObject({ kind: 'authentication', message: 'not one' });
    await registries.close();
  });

  it('goes on with the others when a source fails', async () => {
    const broken = {
      find: async () => {
        throw new Error('broken');
      },
    };
    const registries = new Registries({ keychains: [broken, keychain('one')] });
    const { tried } = await run(registries, 'push', 'one', [keychain('one')]);
    expect(tried).toEqual(['one']);
    const alone = new Registries({ keychains: [broken] });
    await expect(alone.use(repository, 'push', async () => 1)).rejects.toThrow(
      'broken',
    );
  });
});

describe('CircuitBreaker', () => {
  const down = async () => {
    throw new OciError('network', 'nothing listens');
  };

  it('asks no more after failures in a row, then lets one try', async () => {
    let now = 0;
    let asked = 0;
    const breaker = new CircuitBreaker(
      { failures: 2, coolDownMs: 100 },
      () => now,
    );
    const call = () =>
      breaker.run('r', async () => {
        asked += 1;
        return down();
      });
    await expect(call()).rejects.toThrow('nothing listens');
    await expect(call()).rejects.toThrow('nothing listens');
    await expect(call()).rejects.toThrow(/failed 2 times in a row/);
    expect(asked).toBe(2);
    expect(await breaker.run('other', async () => 'fine')).toBe('fine');
    now = 101;
    expect(await breaker.run('r', async () => 'up')).toBe('up');
    await expect(call()).rejects.toThrow('nothing listens');
  });

  it('does not take an answer for an outage', async () => {
    const breaker = new CircuitBreaker({ failures: 1, coolDownMs: 100 });
    const refuse = async () => {
      throw new OciError('notFound', 'no such image');
    };
    await expect(breaker.run('r', refuse)).rejects.toThrow('no such image');
    await expect(breaker.run('r', refuse)).rejects.toThrow('no such image');
  });
});

describe('HttpFiles', () => {
  let server: Server;
  let url: string;
  const asked: { path?: string; headers: NodeJS.Dict<string | string[]> }[] =
    [];
  const flaky = { left: 0 };

  beforeAll(async () => {
    server = createHttp((request, response) => {
      asked.push({ path: request.url, headers: request.headers });
      if (request.url === '/moved') {
        response.writeHead(302, { location: '/file' }).end();
      } else if (request.url === '/metadata') {
        response
          .writeHead(302, { location: 'http://169.254.169.254/latest' })
          .end();
      } else if (request.url === '/flaky' && flaky.left > 0) {
        flaky.left -= 1;
        response.writeHead(503).end();
      } else if (request.url === '/none') response.writeHead(404).end();
      else if (request.headers['if-none-match'] === '"1"')
        response.writeHead(304).end();
      else {
        response
          .writeHead(200, {
            etag: '"1"',
            'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
          })
          .end('content');
      }
    }).listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise(resolve => server.close(resolve)));

  const fetch = (at: string, path: string, more: object = {}) =>
    new HttpFiles(at, 5).fetch(
      { kind: 'http', url: `${url}${path}`, filename: 'f', ...more },
      never(),
    );

  it('gives the file with the server’s time, and asks again with validators', async () => {
    const at = join(folder, 'http');
    const first = await fetch(at, '/file');
    const entry = await first.tree.lookup('f');
    expect(entry).toMatchObject({
      mode: 0o600,
      size: 7,
      mtime: Date.UTC(2026, 0, 1) / 1000,
    });
    expect(await text(await first.tree.open(entry!))).toBe('content');
    const second = await fetch(at, '/file');
    expect(second.identity).toBe(first.identity);
    expect(asked.at(-1)?.headers['if-none-match']).toBe('"1"');
    const before = asked.length;
    await fetch(at, '/file', { checksum: sha256('content') });
    expect(asked).toHaveLength(before);
  });

  it('follows redirects, but not to the machine’s metadata', async () => {
    expect(await fetch(join(folder, 'http2'), '/moved')).toBeDefined();
    await expect(fetch(join(folder, 'http2'), '/metadata')).rejects.toThrow(
      /link-local/,
    );
  });

  it('tries again what may pass, and tells what does not', async () => {
    flaky.left = 2;
    expect(await fetch(join(folder, 'http3'), '/flaky')).toBeDefined();
    await expect(fetch(join(folder, 'http3'), '/none')).rejects.toThrow(
      /404: there is no such file/,
    );
    await expect(
      fetch(join(folder, 'http3'), '/file', { checksum: sha256('other') }),
    ).rejects.toThrow(/has the checksum sha256:/);
  });

  it('shows no user, password or query', () => {
    expect(withoutUserInfo('https://u:p@h/x?token=t#f')).toBe('https://h/x');
    expect(withoutUserInfo('git+x://u:p@')).not.toContain('u:p');
  });
});

describe('parseImageConfig', () => {
  const config = {
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: null },
    config: null,
  };

  it('reads what programs in Go write', () => {
    expect(
      parseImageConfig(Buffer.from(JSON.stringify(config)), 'x'),
    ).toMatchObject({
      rootfs: { diff_ids: [] },
    });
  });

  it.each([
    ['{', 'no JSON'],
    [JSON.stringify({}), 'no os'],
    [JSON.stringify({ ...config, rootfs: { diff_ids: ['x'] } }), 'diff_ids'],
    [JSON.stringify({ ...config, config: { Env: 'A=b' } }), 'Env'],
    [JSON.stringify({ ...config, config: { User: 5 } }), 'User'],
    [JSON.stringify({ ...config, config: { Labels: { a: 1 } } }), 'Labels'],
  ])('refuses %s', (document, message) => {
    expect(() => parseImageConfig(Buffer.from(document), 'x')).toThrow(message);
  });
});
