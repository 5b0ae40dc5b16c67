import { Readable } from 'node:stream';
import { sha256 } from '../digest/Digest';
import { FakeRegistry } from '../testing/FakeRegistry';
import { Fakes } from '../testing/withFakes';

const bytes = Buffer.alloc(200_000, 'content');
const blob = { digest: sha256(bytes), size: bytes.length };
const source = { ...blob, open: () => Readable.from([bytes]) };

describe('a registry in trouble', () => {
  const fakes = new Fakes();
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = await fakes.start();
  });
  afterEach(() => fakes.close());
  const repository = () => ({ registry: registry.host, path: 'a' });
  /** Fails the first `times` requests that are not for `/v2/`. */
  const fail = (times: number, answer: object, which = /./) => {
    let failed = 0;
    registry.misbehave = ({ method, url }) => {
      if (url === '/v2/' || !which.test(`${method} ${url}`)) return undefined;
      failed += 1;
      return failed <= times ? answer : undefined;
    };
  };

  it.each([429, 500, 502, 503, 504])('gets over four %i', async status => {
    fail(4, { status });
    expect(await fakes.client().headBlob(repository(), blob.digest)).toBe(
      undefined,
    );
    expect(registry.requests).toHaveLength(6);
  });

  it('gives up after the policy’s attempts', async () => {
    fail(Infinity, { status: 429 });
    await expect(
      fakes.client().headBlob(repository(), blob.digest),
    ).rejects.toMatchObject({ code: 'rateLimited', retryable: true });
    expect(registry.requests).toHaveLength(6);
  });

  it('asks once where asking again is no use', async () => {
    fail(Infinity, { status: 403 });
    await expect(
      fakes.client().headBlob(repository(), blob.digest),
    ).rejects.toMatchObject({ code: 'forbidden', retryable: false });
    expect(registry.requests).toHaveLength(2);
  });

  it('waits as long as Retry-After says', async () => {
    fail(1, { status: 429, headers: { 'retry-after': '1' } });
    const started = performance.now();
    await fakes.client().headBlob(repository(), blob.digest);
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it('does not wait longer than allowed', async () => {
    fail(1, { status: 429, headers: { 'retry-after': '3600' } });
    await expect(
      fakes.client().headBlob(repository(), blob.digest),
    ).rejects.toMatchObject({ code: 'rateLimited', retryAfterMs: 3_600_000 });
  });

  it('stops waiting when the caller leaves', async () => {
    const controller = new AbortController();
    fail(Infinity, { status: 503, headers: { 'retry-after': '30' } });
    registry.server.on('request', ({ url }) => {
      if (url !== '/v2/') setImmediate(() => controller.abort());
    });
    await expect(
      fakes
        .client()
        .headBlob(repository(), blob.digest, { signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'aborted' });
  });

  it('recovers from a ping that failed', async () => {
    let pings = 0;
    registry.misbehave = ({ url }) =>
      url === '/v2/' && ++pings < 3 ? { status: 503 } : undefined;
    expect(await fakes.client().ping(registry.host)).toEqual({ auth: 'none' });
    expect(pings).toBe(3);
  });

  it('says network when nobody listens', async () => {
    const { host } = registry;
    const client = fakes.client({ retry: { attempts: 2, baseMs: 1 } });
    await registry.close();
    await expect(client.ping(host)).rejects.toMatchObject({
      code: 'network',
      retryable: true,
      host,
    });
  });

  it('goes on with a download where it broke', async () => {
    registry.blobs.set(blob.digest, bytes);
    let broken = 0;
    registry.misbehave = ({ url, headers }) => {
      if (!url.includes('/blobs/') || broken >= 2) return undefined;
      broken += 1;
      const from = Number(/\d+/.exec(headers.range ?? '0'));
      return {
        status: from ? 206 : 200,
        headers: from
          ? { 'content-range': `bytes ${from}-${bytes.length - 1}/*` }
          : {},
        body: bytes.subarray(from),
        hangUpAfter: 70_000,
      };
    };
    expect(await fakes.client().getBlobBytes(repository(), blob)).toEqual(
      bytes,
    );
    const ranges = registry.requests.map(({ headers }) => headers.range);
    expect(ranges.slice(1)).toEqual([
      undefined,
      'bytes=70000-',
      'bytes=140000-',
    ]);
  });

  it('goes on where a registry knows no ranges', async () => {
    let asked = 0;
    registry.misbehave = ({ url }) =>
      url.includes('/blobs/')
        ? { body: bytes, ...(asked++ === 0 && { hangUpAfter: 70_000 }) }
        : undefined;
    expect(await fakes.client().getBlobBytes(repository(), blob)).toEqual(
      bytes,
    );
    expect(asked).toBe(2);
  });

  it('takes no other range than it asked for', async () => {
    let asked = 0;
    registry.misbehave = ({ url }) => {
      if (!url.includes('/blobs/')) return undefined;
      return asked++ === 0
        ? { body: bytes, hangUpAfter: 70_000 }
        : {
            status: 206,
            headers: { 'content-range': 'bytes 5-199999/200000' },
            body: bytes.subarray(5),
          };
    };
    await expect(
      fakes.client().getBlobBytes(repository(), blob),
    ).rejects.toMatchObject({ code: 'registryFault' });
  });

  it('does not take a truncated body for the whole', async () => {
    registry.misbehave = ({ url, headers }) => {
      if (!url.includes('/blobs/')) return undefined;
      const from = Number(/\d+/.exec(headers.range ?? '0'));
      // Chunked and properly ended, but short.
      return {
        status: from ? 206 : 200,
        headers: {
          'transfer-encoding': 'chunked',
          ...(from && { 'content-range': `bytes ${from}-199999/200000` }),
        },
        body: bytes.subarray(from, Math.max(from, 1000)),
      };
    };
    await expect(
      fakes.client().getBlobBytes(repository(), blob),
    ).rejects.toMatchObject({ code: 'network' });
  });

  it('stops reading a blob that does not end', async () => {
    registry.misbehave = ({ url }) =>
      url.includes('/blobs/')
        ? {
            headers: { 'transfer-encoding': 'chunked' },
            body: Buffer.alloc(5_000_000),
          }
        : undefined;
    await expect(
      fakes.client().getBlobBytes(repository(), blob),
    ).rejects.toMatchObject({ code: 'digestMismatch' });
  });

  it('uploads through a storm', async () => {
    fail(3, { status: 503 }, /(PATCH|PUT|POST)/);
    expect(await fakes.client().putBlob(repository(), source)).toBe('uploaded');
    expect(registry.blobs.get(blob.digest)).toEqual(bytes);
  });

  it('notices that a lost PUT had worked', async () => {
    let puts = 0;
    registry.misbehave = ({ method }) => {
      if (method !== 'PUT') return undefined;
      puts += 1;
      registry.blobs.set(blob.digest, bytes);
      return { hangUpAfter: -1 };
    };
    expect(await fakes.client().putBlob(repository(), source)).toBe('uploaded');
    expect(puts).toBe(1);
  });

  it('starts anew when the registry forgot the upload', async () => {
    let patches = 0;
    registry.misbehave = ({ method, url }) => {
      if (method === 'PATCH' && ++patches === 1) return { status: 500 };
      return method === 'GET' && url.includes('uploads')
        ? { status: 404 }
        : undefined;
    };
    expect(await fakes.client().putBlob(repository(), source)).toBe('uploaded');
    expect(registry.log.filter(line => line.startsWith('POST'))).toHaveLength(
      2,
    );
  });

  it('asks again where an upload stands that was still being written', async () => {
    const half = bytes.length / 2;
    let patches = 0;
    registry.misbehave = ({ method, headers }) => {
      if (method !== 'PATCH') return undefined;
      patches += 1;
      if (patches === 1) return { hangUpAfter: -1 };
      return headers['content-range'] ? undefined : { status: 500 };
    };
    const location = '/v2/a/blobs/uploads/u1';
    let asked = 0;
    const { misbehave } = registry;
    registry.misbehave = request => {
      const { method, url, headers } = request;
      if (method === 'GET' && url === location) {
        asked += 1;
        // What it says first is out of date by the time we go on.
        const end = asked === 1 ? 999 : half - 1;
        return { status: 204, headers: { range: `0-${end}` } };
      }
      if (method === 'PATCH' && headers['content-range']?.startsWith('1000-')) {
        return { status: 416 };
      }
      if (method === 'PUT') registry.blobs.set(blob.digest, bytes);
      return method === 'PUT' ? { status: 201 } : misbehave(request);
    };
    expect(await fakes.client().putBlob(repository(), source)).toBe('uploaded');
    const ranges = registry.requests
      .filter(({ method }) => method === 'PATCH')
      .map(({ headers }) => headers['content-range']);
    expect(ranges).toEqual([
      undefined,
      `1000-${bytes.length - 1}`,
      `${half}-${bytes.length - 1}`,
    ]);
    expect(registry.log.filter(line => line.startsWith('POST'))).toHaveLength(
      1,
    );
  });

  it('starts anew when a resumed upload came out wrong', async () => {
    let puts = 0;
    let patches = 0;
    registry.misbehave = ({ method, url }) => {
      if (method === 'PATCH' && ++patches === 1) return { hangUpAfter: -1 };
      if (method === 'GET' && url.includes('uploads')) {
        return { status: 204, headers: { range: '0-999' } };
      }
      return method === 'PUT' && ++puts === 1
        ? { status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' }
        : undefined;
    };
    expect(await fakes.client().putBlob(repository(), source)).toBe('uploaded');
    expect(registry.blobs.get(blob.digest)).toEqual(bytes);
    expect(registry.log.filter(line => line.startsWith('POST'))).toHaveLength(
      2,
    );
  });

  it('believes a registry that finds a fresh upload wrong', async () => {
    fail(
      Infinity,
      { status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' },
      /PUT/,
    );
    await expect(
      fakes.client().putBlob(repository(), source),
    ).rejects.toMatchObject({ code: 'digestMismatch', retryable: false });
  });

  it('renews a token that ran out during an upload', async () => {
    const tokens = await fakes.start();
    let issued = 0;
    tokens.misbehave = () => ({ body: `{"token":"t${++issued}"}` });
    let expired = false;
    registry.misbehave = ({ method, headers }) => {
      if (method === 'PATCH' && issued === 1) expired = true;
      const valid = expired ? /Bearer t[2-9]/ : /Bearer t/;
      return valid.test(headers.authorization ?? '')
        ? undefined
        : {
            status: 401,
            headers: { 'www-authenticate': `Bearer realm="${tokens.url}/t"` },
          };
    };
    expect(await fakes.client().putBlob(repository(), source)).toBe('uploaded');
    expect(issued).toBe(2);
  });

  it('cancels the upload when it fails for good', async () => {
    fail(Infinity, { status: 403 }, /PATCH/);
    await expect(
      fakes.client().putBlob(repository(), source),
    ).rejects.toMatchObject({ code: 'forbidden' });
    expect(registry.log.at(-1)).toMatch(/^DELETE .*uploads/);
  });

  it('cancels the upload when the caller leaves', async () => {
    const controller = new AbortController();
    await expect(
      fakes.client().putBlob(repository(), source, {
        signal: controller.signal,
        onProgress: () => controller.abort(),
      }),
    ).rejects.toMatchObject({ code: 'aborted' });
    expect(registry.blobs.size).toBe(0);
    expect(registry.log).toContainEqual(
      expect.stringMatching(/^DELETE .*uploads/),
    );
  });
});
