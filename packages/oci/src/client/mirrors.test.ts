import { Readable } from 'node:stream';
import { sha256 } from '../digest/Digest';
import { FakeRegistry } from '../testing/FakeRegistry';
import { Fakes, keychainOf } from '../testing/withFakes';
import { RegistryClient } from './RegistryClient';

const bytes = Buffer.from('blob');
const blob = { digest: sha256(bytes), size: bytes.length };
const manifest = Buffer.from('{"schemaVersion":2}');
const type = 'application/vnd.oci.image.manifest.v1+json';

describe('mirrors', () => {
  const fakes = new Fakes();
  let registry: FakeRegistry;
  let mirror: FakeRegistry;
  let client: RegistryClient;
  const reference = () => ({
    registry: registry.host,
    path: 'team/app',
    tag: 'v1',
  });
  beforeEach(async () => {
    registry = await fakes.start();
    mirror = await fakes.start();
    for (const fake of [registry, mirror]) {
      fake.blobs.set(blob.digest, bytes);
      fake.manifests.set('v1', { type, bytes: manifest });
    }
    const { host } = registry;
    client = fakes.client({
      retry: { attempts: 2, baseMs: 1 },
      keychain: keychainOf(host),
      hosts: {
        [host]: { plainHttp: true, mirrors: [`${mirror.host}/prefix`] },
      },
    });
  });
  afterEach(() => fakes.close());

  it('are asked first, below their prefix', async () => {
    await client.getManifest(reference());
    await client.getBlobBytes(reference(), blob);
    expect(mirror.log).toEqual([
      'GET /v2/',
      'GET /v2/prefix/team/app/manifests/v1',
      `GET /v2/prefix/team/app/blobs/${blob.digest}`,
    ]);
    expect(registry.log).toEqual([]);
  });

  it('get no credential of the registry', async () => {
    mirror.misbehave = ({ headers }) =>
      headers.authorization
        ? undefined
        : { status: 401, headers: { 'www-authenticate': 'Basic' } };
    await client.getManifest(reference());
    const sent = mirror.requests.map(({ headers }) => headers.authorization);
    expect(sent.every(each => each === undefined)).toBe(true);
    expect(registry.log).toContain('GET /v2/team/app/manifests/v1');
  });

  it.each<[string, (fake: FakeRegistry) => void]>([
    ['lack the image', fake => fake.manifests.clear()],
    [
      'fail',
      fake => {
        fake.misbehave = () => ({ status: 500 });
      },
    ],
    [
      'lie',
      fake => {
        fake.misbehave = ({ url }) =>
          url.includes('manifests')
            ? {
                headers: {
                  'content-type': type,
                  'docker-content-digest': sha256('x'),
                },
                body: 'other',
              }
            : undefined;
      },
    ],
    ['are gone', fake => fake.server.close()],
  ])('are passed over when they %s', async (_, spoil) => {
    spoil(mirror);
    const got = await client.getManifest(reference());
    expect(got.bytes).toEqual(manifest);
    const digest = sha256(manifest);
    expect(await client.headManifest({ ...reference() })).toMatchObject({
      digest,
    });
  });

  it('are passed over when their blobs are wrong', async () => {
    mirror.blobs.set(blob.digest, Buffer.from('evil'));
    expect(await client.getBlobBytes(reference(), blob)).toEqual(bytes);
  });

  it('are never asked when the registry itself is meant, nor for a push', async () => {
    await client.getManifest(reference(), { from: 'origin' });
    await client.headBlob(reference(), blob.digest);
    registry.blobs.clear();
    await client.putBlob(reference(), {
      ...blob,
      open: () => Readable.from([bytes]),
    });
    expect(mirror.log).toEqual([]);
  });

  it('do not hide that the registry has it not', async () => {
    registry.manifests.clear();
    mirror.manifests.clear();
    expect(await client.headManifest(reference())).toBeUndefined();
    await expect(client.getManifest(reference())).rejects.toMatchObject({
      code: 'notFound',
      host: registry.host,
    });
  });

  it('are not asked any more once the caller left', async () => {
    const signal = AbortSignal.abort();
    await expect(
      client.getManifest(reference(), { signal }),
    ).rejects.toMatchObject({ code: 'aborted' });
    expect(registry.log).toEqual([]);
  });
});
