import { sha256 } from '../digest/Digest';
import { FakeRegistry } from '../testing/FakeRegistry';
import { basicOfUser, Fakes, keychainOf } from '../testing/withFakes';

const bytes = Buffer.from('content behind a redirect');
const blob = { digest: sha256(bytes), size: bytes.length };

describe('redirects', () => {
  const fakes = new Fakes();
  let registry: FakeRegistry;
  let storage: FakeRegistry;
  let redirectTo: (url: string) => string | undefined;
  beforeEach(async () => {
    registry = await fakes.start();
    storage = await fakes.start();
    storage.misbehave = ({ method }) => ({
      headers: { 'content-length': String(bytes.length) },
      body: method === 'HEAD' ? '' : bytes,
    });
    redirectTo = () => `${storage.url}/signed?sig=secret`;
    registry.misbehave = ({ url, headers }) => {
      if (headers.authorization !== basicOfUser) {
        return { status: 401, headers: { 'www-authenticate': 'Basic' } };
      }
      const location = url === '/v2/' ? undefined : redirectTo(url);
      return location
        ? { status: 307, headers: { location } }
        : { headers: { 'content-length': '25' }, body: bytes };
    };
  });
  afterEach(() => fakes.close());
  const repository = () => ({ registry: registry.host, path: 'a' });
  const client = () => fakes.client({ keychain: keychainOf(registry.host) });

  it('are followed to another host without the credential', async () => {
    expect(await client().getBlobBytes(repository(), blob)).toEqual(bytes);
    expect(await client().headBlob(repository(), blob.digest)).toEqual({
      size: bytes.length,
    });
    for (const { headers } of storage.requests) {
      expect(headers.authorization).toBeUndefined();
      expect(headers.cookie).toBeUndefined();
    }
  });

  it('do not bring the credential back by way of another host', async () => {
    storage.misbehave = () => ({
      status: 302,
      headers: { location: `${registry.url}/v2/stolen` },
    });
    await expect(
      client().getBlobBytes(repository(), blob),
    ).rejects.toMatchObject({ code: 'unauthorized' });
    const last = registry.requests.at(-1);
    expect(last?.url).toBe('/v2/stolen');
    expect(last?.headers.authorization).toBeUndefined();
  });

  it('within the registry keep it', async () => {
    redirectTo = url => (url.includes('/moved/') ? undefined : '/v2/moved/x');
    expect(await client().getBlobBytes(repository(), blob)).toEqual(bytes);
    expect(registry.requests.at(-1)?.headers.authorization).toBe(basicOfUser);
  });

  it('of another host that challenges us get nothing', async () => {
    storage.misbehave = () => ({
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${storage.url}/token"` },
    });
    await expect(
      client().getBlobBytes(repository(), blob),
    ).rejects.toMatchObject({ code: 'unauthorized' });
    expect(storage.log).toEqual(['GET /signed']);
  });

  it('end after five', async () => {
    let hops = 0;
    redirectTo = () => `/v2/hop/${++hops}`;
    await expect(
      client().getBlobBytes(repository(), blob),
    ).rejects.toMatchObject({ code: 'redirectRefused' });
    expect(hops).toBe(6);
  });

  it('to http hosts that are not configured are refused, without the query', async () => {
    redirectTo = () => 'http://127.0.0.1:1/x?sig=secret';
    const error = await client()
      .getBlobBytes(repository(), blob)
      .catch(caught => caught);
    expect(error.code).toBe('redirectRefused');
    expect(error.message).not.toContain('secret');
  });

  it('of writes are refused', async () => {
    const manifest = { mediaType: 'x/y', bytes: Buffer.from('{}') };
    await expect(
      client().putManifest({ ...repository(), tag: 't' }, manifest),
    ).rejects.toMatchObject({ code: 'redirectRefused' });
    expect(storage.requests).toEqual([]);
  });

  it('never carry wrong bytes', async () => {
    storage.misbehave = () => ({ body: Buffer.alloc(bytes.length) });
    await expect(
      client().getBlobBytes(repository(), blob),
    ).rejects.toMatchObject({ code: 'digestMismatch' });
  });
});
