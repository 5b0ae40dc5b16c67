import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { sha256 } from '../digest/Digest';
import { TestRegistry } from '../testing/TestRegistry';

describe('uploads', () => {
  let registry: TestRegistry;
  beforeEach(async () => {
    registry = await TestRegistry.start({ maxBlobBytes: 1_000_000 });
  });
  afterEach(() => registry.close());

  const digest = sha256('hello world');
  const has = async (repository = 'a') =>
    (await registry.send('HEAD', `/v2/${repository}/blobs/${digest}`))
      .status === 200;

  it('takes chunks in order, and says where it stands', async () => {
    const path = await registry.upload('a');
    const chunk = (range: string, body: string) =>
      registry.send('PATCH', path, {
        headers: { 'content-range': range },
        body,
      });
    expect(await chunk('0-5', 'hello ')).toMatchObject({
      status: 202,
      headers: { range: '0-5', location: path },
    });
    expect(await chunk('8-12', 'world')).toMatchObject({
      status: 416,
      codes: ['RANGE_INVALID'],
      headers: { range: '0-5' },
    });
    expect(await registry.send('GET', path)).toMatchObject({
      status: 204,
      headers: { range: '0-5' },
    });
    const ended = await registry.send('PUT', `${path}?digest=${digest}`, {
      headers: { 'content-range': '6-10' },
      body: 'world',
    });
    expect(ended).toMatchObject({
      status: 201,
      headers: {
        location: `/v2/a/blobs/${digest}`,
        'docker-content-digest': digest,
      },
    });
    expect(await has()).toBe(true);
    expect(await registry.send('GET', path)).toMatchObject({
      status: 404,
      codes: ['BLOB_UPLOAD_UNKNOWN'],
    });
  });

  it.each([
    ['x', 400, 'BLOB_UPLOAD_INVALID'],
    ['0-99', 400, 'SIZE_INVALID'],
  ])('refuses Content-Range %s', async (range, status, code) => {
    const path = await registry.upload('a');
    const answer = await registry.send('PATCH', path, {
      headers: { 'content-range': range },
      body: 'hello',
    });
    expect(answer).toMatchObject({ status, codes: [code] });
  });

  it('goes on after a restart', async () => {
    const path = await registry.upload('a');
    await registry.send('PATCH', path, { body: 'hello ' });
    await registry.restart();
    expect((await registry.send('GET', path)).headers.range).toBe('0-5');
    await registry.send('PATCH', path, { body: 'world' });
    await registry.send('PUT', `${path}?digest=${digest}`);
    expect(await has()).toBe(true);
  });

  it('keeps what a broken connection carried, and lets the next one go on', async () => {
    const path = await registry.upload('a');
    const [host, port] = registry.registry.host.split(':');
    const socket = connect(Number(port), host);
    const auth = Buffer.from('pusher:a long password').toString('base64');
    socket.write(
      `PATCH ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Basic ${auth}\r\ncontent-length: 11\r\n\r\nhello `,
    );
    let range = '';
    while (range !== '0-5') {
      range = (await registry.send('GET', path)).headers.range;
    }
    // The first connection is still open: nobody noticed that it is dead.
    const rest = await registry.send('PATCH', path, {
      headers: { 'content-range': '6-10' },
      body: 'world',
    });
    expect(rest.status).toBe(202);
    await registry.send('PUT', `${path}?digest=${digest}`);
    expect(await has()).toBe(true);
    socket.destroy();
  });

  it('keeps nothing whose digest is wrong', async () => {
    const path = await registry.upload('a');
    const put = await registry.send('PUT', `${path}?digest=${digest}`, {
      body: 'wrong',
    });
    expect(put).toMatchObject({ status: 400, codes: ['DIGEST_INVALID'] });
    const post = await registry.send(
      'POST',
      `/v2/a/blobs/uploads/?digest=${digest}`,
      { body: 'wrong' },
    );
    expect(post).toMatchObject({ status: 400, codes: ['DIGEST_INVALID'] });
    const none = await registry.send('PUT', `${path}?digest=`);
    expect(none).toMatchObject({ status: 400, codes: ['DIGEST_INVALID'] });
    expect(await has()).toBe(false);
    const left = join(registry.root, 'repositories', 'a', 'uploads');
    expect(await readdir(left)).toEqual([]);
  });

  it('knows sha512', async () => {
    const text = 'hello world';
    const wide = `sha512:${createHash('sha512').update(text).digest('hex')}`;
    const path = await registry.upload('a');
    await registry.send('PATCH', path, { body: text });
    await registry.send('PUT', `${path}?digest=${wide}`);
    const { status, body } = await registry.send('GET', `/v2/a/blobs/${wide}`);
    expect([status, body.toString()]).toEqual([200, text]);
  });

  it('refuses a blob that is too big', async () => {
    const path = await registry.upload('a');
    const body = Buffer.alloc(1_000_001);
    expect(await registry.send('PATCH', path, { body })).toMatchObject({
      status: 413,
      codes: ['SIZE_INVALID'],
    });
  });

  it('cancels', async () => {
    const path = await registry.upload('a');
    expect((await registry.send('DELETE', path)).status).toBe(204);
    for (const method of ['DELETE', 'PATCH', 'GET']) {
      expect((await registry.send(method, path)).status).toBe(404);
    }
  });

  it('keeps an upload to its repository', async () => {
    const path = (await registry.upload('a')).replace('/a/', '/b/');
    expect((await registry.send('PATCH', path, { body: 'x' })).status).toBe(
      404,
    );
  });

  it('mounts what another repository has, and else opens an upload', async () => {
    await registry.blob('a', 'hello world');
    expect(await has('b')).toBe(false);
    const mount = (query: string) =>
      registry.send('POST', `/v2/b/blobs/uploads/?${query}`);
    const other = sha256('other');
    expect((await mount(`mount=${other}&from=a`)).status).toBe(202);
    expect((await mount(`mount=${digest}&from=c`)).status).toBe(202);
    expect((await mount(`mount=${digest}`)).status).toBe(202);
    expect((await mount(`mount=x&from=a`)).status).toBe(400);
    expect((await mount(`mount=${digest}&from=../a`)).codes).toEqual([
      'NAME_INVALID',
    ]);
    expect(await has('b')).toBe(false);
    expect((await mount(`mount=${digest}&from=a`)).status).toBe(201);
    expect(await has('b')).toBe(true);
  });

  it('removes uploads nobody goes on with', async () => {
    const path = await registry.upload('a');
    await registry.close();
    registry = await TestRegistry.start({ uploadExpiryMs: 20 });
    const stale = await registry.upload('a');
    let status = 204;
    while (status === 204) {
      // Asking is no progress.
      ({ status } = await registry.send('GET', stale));
    }
    expect(status).toBe(404);
    expect((await registry.send('GET', path)).status).toBe(404);
  });
});
