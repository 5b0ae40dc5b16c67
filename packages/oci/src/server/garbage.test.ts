import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Digest, sha256 } from '../digest/Digest';
import { mediaTypes } from '../model/mediaTypes';
import { TestRegistry } from '../testing/TestRegistry';

describe('collectGarbage', () => {
  let registry: TestRegistry;
  beforeEach(async () => {
    registry = await TestRegistry.start();
  });
  afterEach(() => registry.close());

  const collect = (graceMs = -1) =>
    registry.registry.collectGarbage({ graceMs });
  const has = async (repository: string, digest: Digest) =>
    (await registry.send('HEAD', `/v2/${repository}/blobs/${digest}`))
      .status === 200;
  const onDisk = async () => {
    const files = await readdir(join(registry.root, 'blobs'), {
      recursive: true,
      withFileTypes: true,
    });
    return files.filter(file => file.isFile()).length;
  };

  it('removes what no manifest needs, and only that', async () => {
    const layer = await registry.blob('a', 'layer');
    const alone = await registry.blob('a', 'alone');
    await registry.blob('b', 'layer');
    const { digest } = await registry.manifest('a', {
      layers: [{ mediaType: mediaTypes.ociLayer, digest: layer, size: 5 }],
    });
    // `b` has the layer, but no manifest that needs it.
    expect(await collect()).toEqual({
      unlinked: 2,
      removed: 1,
      removedBytes: 5,
    });
    expect(await has('a', layer)).toBe(true);
    expect(await has('a', sha256('{}'))).toBe(true);
    expect(await has('a', alone)).toBe(false);
    expect(await has('b', layer)).toBe(false);
    // Untagged manifests stay until somebody deletes them.
    await registry.send('DELETE', `/v2/a/manifests/${digest}`);
    expect(await collect()).toMatchObject({ unlinked: 2, removed: 3 });
    expect(await onDisk()).toBe(0);
    expect(await collect()).toEqual({
      unlinked: 0,
      removed: 0,
      removedBytes: 0,
    });
  });

  it('keeps what an index lists, and what only just came', async () => {
    const { digest } = await registry.manifest('a');
    await registry.blob('a', 'in good time');
    expect(await collect(60_000)).toMatchObject({ unlinked: 0, removed: 0 });
    await collect();
    expect(
      (await registry.send('GET', `/v2/a/manifests/${digest}`)).status,
    ).toBe(200);
  });

  it('leaves uploads alone', async () => {
    const path = await registry.upload('a');
    await registry.send('PATCH', path, { body: 'hello ' });
    await collect();
    const digest = sha256('hello world');
    const put = await registry.send('PUT', `${path}?digest=${digest}`, {
      body: 'world',
    });
    expect(put.status).toBe(201);
    expect(await has('a', digest)).toBe(true);
  });

  it('breaks no push that runs beside it', async () => {
    let pushing = true;
    const push = async (worker: string) => {
      for (let i = 0; i < 15; i++) {
        const text = `${worker} ${i % 3}`;
        const digest = await registry.blob(worker, text);
        const layers = [
          { mediaType: mediaTypes.ociLayer, digest, size: text.length },
        ];
        const annotations = { i: `${i}` };
        const pushed = await registry.manifest(worker, { layers, annotations });
        expect(pushed.status).toBe(201);
        await registry.send(
          'DELETE',
          `/v2/${worker}/manifests/${pushed.digest}`,
        );
      }
    };
    const collecting = (async () => {
      let removed = 0;
      while (pushing) removed += (await collect(60_000)).removed;
      return removed;
    })();
    await Promise.all(['a', 'b', 'c'].map(push)).finally(() => {
      pushing = false;
    });
    // Deleted manifests are garbage at once; blobs have their time of grace.
    expect(await collecting).toBeGreaterThan(0);
    await collect();
    expect(await onDisk()).toBe(0);
  });

  it('ends when it shall', async () => {
    await registry.blob('a', 'x');
    const signal = AbortSignal.abort();
    await expect(
      registry.registry.collectGarbage({ graceMs: -1, signal }),
    ).rejects.toThrow('aborted');
  });
});
