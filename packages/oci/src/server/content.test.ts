import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentPath } from './storage/paths';
import { TestRegistry } from '../testing/TestRegistry';

describe('content', () => {
  let registry: TestRegistry;
  beforeEach(async () => {
    registry = await TestRegistry.start();
  });
  afterEach(() => registry.close());

  const get = (path: string, headers = {}) =>
    registry.send('GET', path, { headers });

  it('is sent whole or in part', async () => {
    const digest = await registry.blob('a', 'hello world');
    const path = `/v2/a/blobs/${digest}`;
    const whole = await get(path);
    expect(whole.body.toString()).toBe('hello world');
    expect(whole.headers).toMatchObject({
      'content-length': '11',
      'docker-content-digest': digest,
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    });
    const part = await get(path, { range: 'bytes=6-' });
    expect(part.status).toBe(206);
    expect(part.body.toString()).toBe('world');
    expect(part.headers['content-range']).toBe('bytes 6-10/11');
    expect(await get(path, { range: 'bytes=11-' })).toMatchObject({
      status: 416,
      codes: ['RANGE_INVALID'],
      headers: { 'content-range': 'bytes */11' },
    });
  });

  it('may be empty', async () => {
    const digest = await registry.blob('a', '');
    const { status, body } = await get(`/v2/a/blobs/${digest}`);
    expect([status, body.length]).toEqual([200, 0]);
  });

  it('is read only through a repository that has it', async () => {
    const digest = await registry.blob('a/secret', 'x');
    expect(await get(`/v2/b/blobs/${digest}`)).toMatchObject({
      status: 404,
      codes: ['BLOB_UNKNOWN'],
    });
    // The same content, once on disk, stays where the other has it.
    await registry.blob('b', 'x');
    await registry.send('DELETE', `/v2/b/blobs/${digest}`);
    expect((await get(`/v2/b/blobs/${digest}`)).status).toBe(404);
    expect((await get(`/v2/a/secret/blobs/${digest}`)).status).toBe(200);
    const again = await registry.send('DELETE', `/v2/b/blobs/${digest}`);
    expect(again.status).toBe(404);
  });

  it('is not read, or written, through a link below the root', async () => {
    const digest = await registry.blob('a', 'x');
    const outside = join(registry.root, 'outside');
    await writeFile(outside, 'secret');
    const file = join(registry.root, ...contentPath(digest));
    await rm(file);
    await symlink(outside, file);
    expect((await get(`/v2/a/blobs/${digest}`)).status).toBe(404);
    await symlink(
      join(registry.root, 'nowhere'),
      join(registry.root, 'repositories/b'),
    );
    await symlink(
      join(registry.root, 'repositories/a'),
      join(registry.root, 'repositories/c'),
    );
    for (const repository of ['b', 'c']) {
      const upload = `/v2/${repository}/blobs/uploads/`;
      expect((await registry.send('POST', upload)).status).toBe(500);
      expect((await get(`/v2/${repository}/blobs/${digest}`)).status).toBe(404);
    }
  });

  it('that cannot be read is an error without a path', async () => {
    const lines: string[] = [];
    await registry.close();
    registry = await TestRegistry.start({
      logger: { info() {}, warn() {}, error: line => lines.push(line) },
    });
    const digest = await registry.blob('a', 'x');
    const directory = join(registry.root, 'repositories', 'a', 'blobs');
    await rm(directory, { recursive: true });
    await writeFile(join(registry.root, 'repositories', 'a', 'blobs'), '');
    expect((await get(`/v2/a/blobs/${digest}?token=secret`)).status).toBe(404);
    const path = `/v2/a/blobs/uploads/?digest=${digest}`;
    const answer = await registry.send('POST', path, { body: 'x' });
    expect(answer).toMatchObject({ status: 500, codes: ['UNKNOWN'] });
    expect(answer.body.toString()).not.toContain(registry.root);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('POST /v2/a/blobs/uploads/ failed');
  });

  it('is listed by tag and by repository, page by page', async () => {
    const json = async (path: string) => {
      const { body, headers } = await get(path);
      const next = /<(.*)>; rel="next"/.exec(headers.link ?? '')?.[1];
      return { ...JSON.parse(body.toString()), next };
    };
    expect(await get('/v2/a/tags/list')).toMatchObject({
      status: 404,
      codes: ['NAME_UNKNOWN'],
    });
    await registry.manifest('a');
    expect(await json('/v2/a/tags/list')).toMatchObject({ tags: [] });
    for (const tag of ['b', 'B', 'a', '_c']) {
      await registry.manifest('a', {}, tag);
    }
    await registry.manifest('z/y', {}, 'v1');
    expect((await json('/v2/a/tags/list')).tags).toEqual(['B', '_c', 'a', 'b']);
    const first = await json('/v2/a/tags/list?n=3');
    expect(first).toEqual({
      name: 'a',
      tags: ['B', '_c', 'a'],
      next: '/v2/a/tags/list?n=3&last=a',
    });
    expect(await json(first.next)).toEqual({ name: 'a', tags: ['b'] });
    expect(await json('/v2/a/tags/list?n=0')).toEqual({ name: 'a', tags: [] });
    expect((await get('/v2/a/tags/list?n=-1')).status).toBe(400);
    expect(await json('/v2/_catalog?n=1')).toEqual({
      repositories: ['a'],
      next: '/v2/_catalog?n=1&last=a',
    });
    expect((await json('/v2/_catalog?last=a')).repositories).toEqual(['z/y']);
  });

  it.each([
    ['POST', '/v2/'],
    ['PUT', '/v2/_catalog'],
    ['PUT', '/v2/a/tags/list'],
    ['POST', '/v2/a/manifests/v1'],
    ['PUT', `/v2/a/blobs/sha256:${'a'.repeat(64)}`],
    ['GET', '/v2/a/blobs/uploads/'],
    ['POST', '/v2/a/blobs/uploads/01234567-89ab-4def-8123-456789abcdef'],
    ['DELETE', `/v2/a/referrers/sha256:${'a'.repeat(64)}`],
  ])('has no %s %s', async (method, path) => {
    expect(await registry.send(method, path)).toMatchObject({
      status: 405,
      codes: ['UNSUPPORTED'],
      headers: { allow: expect.stringMatching(/GET|POST/) },
    });
  });
});
