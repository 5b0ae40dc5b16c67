import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { sha256 } from '@buildog/oci';
import { temporaryFolder } from '../testing/temporaryFolder';
import { CacheFolders } from './CacheFolders';
import { cacheInfo } from './cacheInfo';
import { CacheMounts } from './CacheMounts';
import { isLocked, takeLock, tryLock } from './FileLock';
import { LayerRecords, parseRecord } from './LayerRecords';
import type { CacheItem } from './listCache';
import { choose, pruneCache } from './pruneCache';
import { RunningBuild, runningSince } from './RunningBuild';

const folder = temporaryFolder();
const never = () => new AbortController().signal;
let counter = 0;
const fresh = () => join(folder, String((counter += 1)));

describe('takeLock', () => {
  it('lets one in at a time', async () => {
    const path = fresh();
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const lock = await takeLock(path, never());
        inside += 1;
        most = Math.max(most, inside);
        await new Promise(resolve => setImmediate(resolve));
        inside -= 1;
        await lock.release();
      }),
    );
    expect(most).toBe(1);
    expect(await isLocked(path)).toBe(false);
  });

  it('takes over from a process that was killed', async () => {
    const path = fresh();
    const child = spawn('sleep', ['1000']);
    const start = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
      .split(') ')[1]
      .split(' ')[19];
    const own = await takeLock(path, never());
    const holder = JSON.parse(readFileSync(path, 'utf8'));
    await own.release();
    const theirs = { ...holder, token: 'theirs', pid: child.pid, start };
    writeFileSync(path, JSON.stringify(theirs));
    expect(await tryLock(path)).toBeUndefined();
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    const lock = await takeLock(path, never());
    await lock.release();
    // The number of a process that ended may be another one's now.
    writeFileSync(path, JSON.stringify({ ...theirs, pid: process.pid }));
    expect(await isLocked(path)).toBe(false);
  });

  it('believes a process of another machine as long as it beats', async () => {
    const path = fresh();
    const far = { token: 't', pid: 1, start: '1', namespace: 'elsewhere' };
    writeFileSync(path, JSON.stringify(far));
    expect(await tryLock(path)).toBeUndefined();
    utimesSync(path, 0, 0);
    const lock = await tryLock(path);
    expect(lock).toBeDefined();
    await lock?.release();
  });

  it('stops waiting when it is told to', async () => {
    const path = fresh();
    const lock = await takeLock(path, never());
    const controller = new AbortController();
    const waiting = takeLock(path, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await lock.release();
    await lock.release();
  });
});

describe('LayerRecords', () => {
  const digest = sha256('layer');
  const layer = { diffId: digest, blob: { mediaType: 'm', digest, size: 3 } };
  const key = sha256('key');

  it('knows what it was told, as long as the layer is there', async () => {
    let isThere = true;
    const at = fresh();
    const layers = { has: async () => isThere };
    const records = new LayerRecords(at, layers);
    expect(await records.find(key)).toBeUndefined();
    await records.put(key, { layer, description: 'RUN', createdAt: 5 });
    const known = { layer, description: 'RUN', createdAt: 5 };
    expect(await new LayerRecords(at, layers).find(key)).toMatchObject(known);
    isThere = false;
    expect(await records.find(key)).toBeUndefined();
    await records.put(key, { description: 'RUN true' });
    expect(await records.find(key)).not.toHaveProperty('layer');
  });

  it('asks others for what it does not know, and keeps it', async () => {
    const at = fresh();
    const layers = { has: async () => true };
    const other = { find: async () => ({ layer, description: 'far' }) };
    await new LayerRecords(at, layers, [other]).find(key);
    const found = await new LayerRecords(at, layers).find(key);
    expect(found?.description).toBe('far');
  });

  it('survives any content of a file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async text => {
        const parsed = parseRecord(text);
        return parsed === undefined || parsed.key.startsWith('sha256:');
      }),
    );
    const text = JSON.stringify({ version: 1, key, description: 'x', layer });
    for (let cut = 0; cut < text.length; cut++) {
      expect(parseRecord(text.slice(0, cut))).toBeUndefined();
    }
    expect(parseRecord(text)).toMatchObject({ key, layer });
  });
});

describe('CacheMounts', () => {
  const mount = (more: object) => ({
    type: 'cache' as const,
    target: '/c',
    id: 'id',
    sharing: 'shared' as const,
    readonly: false,
    mode: 0o750,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    source: '',
    ...more,
  });

  it('gives everybody the same, unless they want their own', async () => {
    const mounts = new CacheMounts(fresh());
    const options = { signal: never() };
    const shared = await Promise.all([
      mounts.take(mount({}), options),
      mounts.take(mount({}), options),
    ]);
    expect(shared[0].path).toBe(shared[1].path);
    const own = await Promise.all([
      mounts.take(mount({ sharing: 'private' }), options),
      mounts.take(mount({ sharing: 'private' }), options),
    ]);
    expect(own[0].path).not.toBe(own[1].path);
    await own[0].release();
    const next = await mounts.take(mount({ sharing: 'private' }), options);
    expect(next.path).toBe(own[0].path);
    const other = await mounts.take(mount({ id: '../../escape' }), options);
    expect(other.path.startsWith(folder)).toBe(true);
  });

  it('makes those wait who want it alone', async () => {
    const mounts = new CacheMounts(fresh());
    const first = await mounts.take(mount({ sharing: 'locked' }), {
      signal: never(),
    });
    const controller = new AbortController();
    const second = mounts.take(mount({ sharing: 'locked' }), controller);
    let isIn = false;
    const watched = second.then(taken => {
      isIn = true;
      return taken;
    });
    await new Promise(resolve => setImmediate(resolve));
    expect(isIn).toBe(false);
    await first.release();
    await (await watched).release();
    expect(isIn).toBe(true);
  });
});

describe('pruneCache', () => {
  const item = (
    lastUsed: number,
    bytes: number,
    isDerived = false,
  ): CacheItem => ({
    kind: 'layer',
    lastUsed,
    bytes,
    isDerived,
    paths: [],
  });

  it('takes the oldest until the rest fits', () => {
    const items = [item(3, 10), item(1, 10), item(2, 10)];
    const going = choose(items, { maxSize: 15 }, undefined, 10);
    expect(going.map(({ lastUsed }) => lastUsed)).toEqual([1, 2]);
  });

  it('never takes what a running build may use', () => {
    const items = fc.array(
      fc.record({ at: fc.nat(100), bytes: fc.nat(50), derived: fc.boolean() }),
    );
    const property = fc.property(
      items,
      fc.nat(100),
      fc.nat(500),
      (list, since, maxSize) => {
        const all = list.map(({ at, bytes, derived }) =>
          item(at, bytes, derived),
        );
        const going = choose(all, { maxSize, maxAge: 0 }, since, 100_000);
        return going.every(
          ({ lastUsed, isDerived }) => lastUsed < since && !isDerived,
        );
      },
    );
    expect(() => fc.assert(property)).not.toThrow();
  });

  it('leaves at most so much, where nothing is in use', () => {
    const property = fc.property(
      fc.array(fc.nat(50)),
      fc.nat(500),
      (sizes, maxSize) => {
        const all = sizes.map((bytes, index) => item(index, bytes));
        const going = new Set(choose(all, { maxSize }, undefined, 1));
        const left = all.filter(one => !going.has(one));
        return left.reduce((sum, { bytes }) => sum + bytes, 0) <= maxSize;
      },
    );
    expect(() => fc.assert(property)).not.toThrow();
  });

  it('removes layers with their records, and tells how much', async () => {
    const folders = new CacheFolders(fresh());
    const hex = (name: string) => sha256(name).slice(7);
    const write = (path: string, content: string, age: number) => {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, content);
      const at = Date.now() / 1000 - age;
      utimesSync(path, at, at);
    };
    const blob = (name: string) =>
      join(folders.layers, 'blobs/sha256', hex(name));
    const record = (name: string) => {
      const key = hex(`key ${name}`);
      const digest = sha256(name);
      const layer = {
        diffId: digest,
        blob: { mediaType: 'm', digest, size: 3 },
      };
      const text = JSON.stringify({
        version: 1,
        key: `sha256:${key}`,
        description: '',
        layer,
      });
      return [
        join(folders.records, key.slice(0, 2), key.slice(2)),
        text,
      ] as const;
    };
    write(blob('old'), 'old', 5000);
    write(...record('old'), 5000);
    write(blob('used'), 'used', 5000);
    write(...record('used'), 10);
    expect(await cacheInfo(folders)).toMatchObject({
      kinds: { layer: { items: 2 } },
    });
    const pruned = await pruneCache(folders, { maxAge: 3600 });
    expect(pruned.items).toBe(1);
    const { kinds } = await cacheInfo(folders);
    expect(kinds).toEqual({ layer: { items: 1, bytes: expect.any(Number) } });
    const build = await RunningBuild.register(folders, never());
    expect(await runningSince(folders)).toBeGreaterThan(Date.now() - 60_000);
    write(...record('used'), -10);
    expect((await pruneCache(folders, { all: true })).items).toBe(0);
    await build.end();
    expect((await pruneCache(folders, { all: true })).items).toBe(1);
    expect(
      execFileSync('find', [folders.records, '-type', 'f']).toString(),
    ).toBe('');
  });
});
