import {
  linkSync,
  mkdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sha256 } from '@buildog/oci';
import { createIgnoreMatcher } from '../dockerfile/ignore/createIgnoreMatcher';
import { temporaryFolder } from '../testing/temporaryFolder';
import { BuildContexts, findDockerfile } from './BuildContexts';
import { ContextTree } from './ContextTree';
import { StatCache } from './StatCache';

const folder = temporaryFolder();
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
