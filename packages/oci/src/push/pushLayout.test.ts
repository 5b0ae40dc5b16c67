import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegistryClient } from '../client/RegistryClient';
import { readLayout } from '../layout/readLayout';
import { Descriptor } from '../model/Descriptor';
import { FakeRegistry } from '../testing/FakeRegistry';
import { Fakes } from '../testing/withFakes';
import {
  blobFile,
  LayoutWriter,
  temporaryDirectory,
} from '../testing/writeLayout';
import { forEachConcurrently } from './forEachConcurrently';
import { PushProgress } from './PushOptions';
import { pushLayout } from './pushLayout';

describe('pushLayout', () => {
  const fakes = new Fakes();
  let directory: string;
  let writer: LayoutWriter;
  let registry: FakeRegistry;
  let client: RegistryClient;
  let images: Descriptor[];
  beforeEach(async () => {
    directory = await temporaryDirectory();
    writer = new LayoutWriter(directory);
    images = [];
    for (const architecture of ['amd64', 'arm64']) {
      images.push(
        await writer.image({
          platform: { os: 'linux', architecture },
          layers: [Buffer.from('shared'), Buffer.from(architecture)],
        }),
      );
    }
    registry = await fakes.start();
    client = fakes.client({ retry: { attempts: 2, baseMs: 1 } });
  });
  afterEach(async () => {
    await fakes.close();
    await rm(directory, { recursive: true, force: true });
  });
  const repository = () => ({ registry: registry.host, path: 'team/app' });

  it('sends each blob once, then manifests, then the index', async () => {
    const index = await writer.index(images);
    await writer.finish([index]);
    const events: PushProgress[] = [];
    const result = await pushLayout(
      client,
      await readLayout(directory),
      repository(),
      { onProgress: event => events.push(event) },
    );
    expect(result).toEqual({
      digest: index.digest,
      mediaType: index.mediaType,
      size: index.size,
      manifests: images.map(({ digest, mediaType, platform }) => ({
        digest,
        mediaType,
        platform,
        size: expect.any(Number),
        configDigest: expect.stringMatching(/^sha256:/),
      })),
    });
    const patched = registry.log.filter(line => line.startsWith('PATCH'));
    expect(patched).toHaveLength(5);
    expect(registry.blobs.size).toBe(5);
    const puts = registry.log.filter(line =>
      line.startsWith('PUT /v2/team/app/manifests/'),
    );
    expect(puts.map(line => line.split('/').pop())).toEqual([
      images[0].digest,
      images[1].digest,
      index.digest,
    ]);
    expect(registry.log.lastIndexOf(patched[4])).toBeLessThan(
      registry.log.indexOf(puts[0]),
    );
    expect(events.filter(({ type }) => type === 'manifest')).toHaveLength(3);
    expect(events.filter(({ type }) => type === 'blob')).toHaveLength(5);
    expect(events.some(({ type }) => type === 'sending')).toBe(true);
  });

  it('sends no manifest when a blob failed, and stops the others', async () => {
    await writer.finish([images[0]]);
    const layout = await readLayout(directory);
    registry.misbehave = ({ method }) =>
      method === 'PATCH' ? { status: 403 } : undefined;
    await expect(
      pushLayout(client, layout, repository()),
    ).rejects.toMatchObject({ code: 'forbidden' });
    expect(registry.manifests.size).toBe(0);
    expect(registry.blobs.size).toBe(0);
  });

  it('makes no blob of bytes that changed after they were read', async () => {
    await writer.finish([images[0]]);
    const layout = await readLayout(directory);
    const [layer] = layout.manifests.get(images[0].digest)?.image?.layers ?? [];
    const file = join(directory, blobFile(layer.digest));
    await writeFile(file, Buffer.alloc(layer.size));
    await expect(
      pushLayout(client, layout, repository()),
    ).rejects.toMatchObject({ code: 'digestMismatch' });
    expect(registry.blobs.has(layer.digest)).toBe(false);
    expect(registry.manifests.size).toBe(0);
  });

  it('wants to know which of several images', async () => {
    await writer.finish(images);
    const layout = await readLayout(directory);
    await expect(
      pushLayout(client, layout, repository()),
    ).rejects.toMatchObject({ code: 'invalidLayout' });
    const { digest } = images[1];
    const result = await pushLayout(client, layout, repository(), {
      root: digest,
    });
    expect(result.digest).toBe(digest);
    expect(result.manifests).toHaveLength(1);
    await expect(
      pushLayout(client, layout, repository(), {
        root: [...layout.blobs.keys()][0],
      }),
    ).rejects.toMatchObject({ code: 'invalidLayout' });
  });

  it('fails when the caller’s listener fails', async () => {
    await writer.finish([images[0]]);
    const onProgress = () => {
      throw new Error('listener');
    };
    await expect(
      pushLayout(client, await readLayout(directory), repository(), {
        onProgress,
      }),
    ).rejects.toMatchObject({ code: 'sourceFailed' });
    expect(registry.manifests.size).toBe(0);
  });

  it('mounts where it may, and uploads into the upload it got instead', async () => {
    await writer.finish([images[0]]);
    const layout = await readLayout(directory);
    const shared = { registry: registry.host, path: 'base' };
    const other = { registry: 'other.example', path: 'base' };
    for (const [digest] of layout.blobs) {
      registry.blobs.set(digest, Buffer.from('there'));
    }
    let posts = 0;
    registry.misbehave = ({ method, url }) => {
      if (method === 'HEAD' && url.includes('/team/app/')) {
        return { status: 404 };
      }
      if (method !== 'POST') return undefined;
      posts += 1;
      return posts === 1 ? { status: 201 } : undefined;
    };
    const states: string[] = [];
    await pushLayout(client, layout, repository(), {
      concurrency: 1,
      mountFrom: [other, repository(), shared],
      onProgress: event =>
        event.type === 'blob' ? states.push(event.state) : undefined,
    });
    expect(states).toEqual(['mounted', 'uploaded', 'uploaded']);
    const urls = registry.requests.filter(({ method }) => method === 'POST');
    expect(urls).toHaveLength(3);
    expect(urls.every(({ url }) => url.includes('from=base'))).toBe(true);
  });

  it('uploads where it may not read what it could mount', async () => {
    await writer.finish([images[0]]);
    registry.misbehave = ({ url }) =>
      url.includes('/v2/secret/') ? { status: 403 } : undefined;
    const layout = await readLayout(directory);
    await pushLayout(client, layout, repository(), {
      mountFrom: [{ registry: registry.host, path: 'secret' }],
    });
    expect(registry.blobs.size).toBe(3);
  });

  it('notices a blob of another size under its digest', async () => {
    await writer.finish([images[0]]);
    const layout = await readLayout(directory);
    const [digest] = [...layout.blobs.keys()];
    registry.blobs.set(digest, Buffer.alloc(3));
    await expect(
      pushLayout(client, layout, repository()),
    ).rejects.toMatchObject({ code: 'digestMismatch' });
  });
});

describe('forEachConcurrently', () => {
  it('runs at most so many at once, all of them', async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await forEachConcurrently([1, 2, 3, 4, 5], 2, undefined, async item => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(resolve => setImmediate(resolve));
      seen.push(item);
      running -= 1;
    });
    expect([most, seen.sort()]).toEqual([2, [1, 2, 3, 4, 5]]);
  });

  it('tells the others to stop, waits for them, and throws the first error', async () => {
    const stopped: unknown[] = [];
    const first = new Error('first');
    await expect(
      forEachConcurrently([1, 2, 3], 2, undefined, async (item, signal) => {
        if (item === 1) throw first;
        await new Promise<void>(resolve => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve());
        });
        stopped.push(signal.reason);
        throw new Error('second');
      }),
    ).rejects.toBe(first);
    expect(stopped).toEqual([first]);
  });

  it('hears the caller', async () => {
    const controller = new AbortController();
    const work = forEachConcurrently(
      [1],
      0,
      controller.signal,
      async (_, signal) => {
        controller.abort();
        signal.throwIfAborted();
      },
    );
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });
});
