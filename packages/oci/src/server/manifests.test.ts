import { createHash } from 'node:crypto';
import { sha256 } from '../digest/Digest';
import { mediaTypes } from '../model/mediaTypes';
import { TestRegistry } from '../testing/TestRegistry';

const nothing = sha256('nothing');
const descriptor = {
  mediaType: mediaTypes.ociLayerGzip,
  digest: nothing,
  size: 7,
};

describe('manifests', () => {
  let registry: TestRegistry;
  beforeEach(async () => {
    registry = await TestRegistry.start();
  });
  afterEach(() => registry.close());

  const put = (reference: string, body: string, type: string) =>
    registry.send('PUT', `/v2/a/manifests/${reference}`, {
      headers: { 'content-type': type },
      body,
    });

  it('are stored by tag and digest, and given back byte by byte', async () => {
    const pushed = await registry.manifest('a', {}, 'v1');
    const { digest } = pushed;
    expect(pushed).toMatchObject({
      status: 201,
      headers: {
        location: `/v2/a/manifests/${digest}`,
        'docker-content-digest': digest,
      },
    });
    for (const reference of ['v1', digest]) {
      const path = `/v2/a/manifests/${reference}`;
      const got = await registry.send('GET', path);
      expect(sha256(got.body)).toBe(digest);
      const head = await registry.send('HEAD', path);
      expect(head.body).toHaveLength(0);
      expect(head.headers).toMatchObject({
        'content-type': mediaTypes.ociManifest,
        'content-length': `${got.body.length}`,
        'docker-content-digest': digest,
      });
    }
    const elsewhere = await registry.send('GET', `/v2/b/manifests/${digest}`);
    expect(elsewhere).toMatchObject({
      status: 404,
      codes: ['MANIFEST_UNKNOWN'],
    });
    // A manifest is no blob of its repository.
    expect((await registry.send('GET', `/v2/a/blobs/${digest}`)).status).toBe(
      404,
    );
  });

  it('survive a restart', async () => {
    const { digest } = await registry.manifest('a', {}, 'v1');
    await registry.restart();
    const { headers } = await registry.send('HEAD', '/v2/a/manifests/v1');
    expect(headers['docker-content-digest']).toBe(digest);
  });

  it.each([
    ['a layer', { layers: [descriptor] }],
    ['the config', { config: descriptor }],
  ])('need %s', async (_, fields) => {
    expect(await registry.manifest('a', fields)).toMatchObject({
      status: 404,
      codes: ['MANIFEST_BLOB_UNKNOWN'],
    });
    // What another repository has is not enough.
    await registry.blob('b', 'nothing');
    expect((await registry.manifest('a', fields)).status).toBe(404);
    await registry.blob('a', 'nothing');
    expect((await registry.manifest('a', fields)).status).toBe(201);
  });

  it('need no layer that stays elsewhere', async () => {
    const mediaType =
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
    const layers = [{ ...descriptor, mediaType }];
    expect((await registry.manifest('a', { layers })).status).toBe(201);
  });

  it('of an index need what it lists', async () => {
    const { digest, body } = await registry.manifest('b');
    const entry = { mediaType: mediaTypes.ociManifest, digest, size: 1 };
    const index = JSON.stringify({ schemaVersion: 2, manifests: [entry] });
    const push = () => put('multi', index, mediaTypes.ociIndex);
    expect(await push()).toMatchObject({ codes: ['MANIFEST_BLOB_UNKNOWN'] });
    await registry.manifest('a');
    expect(await push()).toMatchObject({ status: 201 });
    expect(body).toHaveLength(0);
  });

  it.each([
    ['{', mediaTypes.ociManifest],
    ['{}', mediaTypes.ociManifest],
    ['{}', 'text/plain'],
    ['{}', ''],
    ['{"schemaVersion":2,"manifests":[],"layers":[]}', mediaTypes.ociIndex],
    [
      '{"schemaVersion":2,"schemaVersion":2,"manifests":[]}',
      mediaTypes.ociIndex,
    ],
    [
      '{"schemaVersion":2,"manifests":[],"annotations":{"a":1}}',
      mediaTypes.ociIndex,
    ],
    ['\xff', mediaTypes.ociIndex],
  ])('are refused: %s as %s', async (body, type) => {
    expect(await put('v1', body, type)).toMatchObject({
      status: 400,
      codes: ['MANIFEST_INVALID'],
    });
    expect((await registry.send('GET', '/v2/a/manifests/v1')).status).toBe(404);
  });

  it('are refused under a wrong digest, and above 4 MiB', async () => {
    expect(await registry.manifest('a', {}, nothing)).toMatchObject({
      status: 400,
      codes: ['DIGEST_INVALID'],
    });
    const annotations = { big: 'x'.repeat(4 * 1024 * 1024) };
    expect(await registry.manifest('a', { annotations })).toMatchObject({
      status: 413,
      codes: ['SIZE_INVALID'],
    });
  });

  it('have sha512 digests where they are pushed by one', async () => {
    const index = '{"schemaVersion":2,"manifests":[]}';
    const digest = `sha512:${createHash('sha512').update(index).digest('hex')}`;
    const { status, headers } = await put(digest, index, mediaTypes.ociIndex);
    expect([status, headers['docker-content-digest']]).toEqual([201, digest]);
  });

  it('lose one tag, or with their digest all of them', async () => {
    const { digest } = await registry.manifest('a', {}, 'v1');
    await registry.manifest('a', {}, 'v2');
    await registry.manifest('a', { annotations: { a: 'b' } }, 'v3');
    const remove = (reference: string) =>
      registry.send('DELETE', `/v2/a/manifests/${reference}`);
    const tags = async () =>
      JSON.parse(
        (await registry.send('GET', '/v2/a/tags/list')).body.toString(),
      ).tags;
    await registry.manifest('a', {}, 'v0');
    expect((await remove('v0')).status).toBe(202);
    expect(await tags()).toEqual(['v1', 'v2', 'v3']);
    expect((await remove(digest)).status).toBe(202);
    expect(await tags()).toEqual(['v3']);
    for (const gone of [digest, 'v0', 'v1']) {
      expect(await remove(gone)).toMatchObject({
        status: 404,
        codes: ['MANIFEST_UNKNOWN'],
      });
    }
  });

  it('are listed by what they refer to', async () => {
    const subject = await registry.manifest('a');
    const about = {
      subject: {
        mediaType: mediaTypes.ociManifest,
        digest: subject.digest,
        size: 1,
      },
    };
    const sbom = await registry.manifest('a', {
      ...about,
      artifactType: 'text/sbom',
      annotations: { made: 'here' },
    });
    expect(sbom.headers['oci-subject']).toBe(subject.digest);
    const plain = await registry.manifest('a', about);
    const list = async (query = '') => {
      const path = `/v2/a/referrers/${subject.digest}${query}`;
      const { headers, body } = await registry.send('GET', path);
      expect(headers['content-type']).toBe(mediaTypes.ociIndex);
      return { headers, manifests: JSON.parse(body.toString()).manifests };
    };
    const all = await list();
    expect(all.headers['oci-filters-applied']).toBeUndefined();
    expect(all.manifests).toHaveLength(2);
    const filtered = await list('?artifactType=text/sbom');
    expect(filtered.headers['oci-filters-applied']).toBe('artifactType');
    expect(filtered.manifests).toEqual([
      {
        mediaType: mediaTypes.ociManifest,
        digest: sbom.digest,
        size: expect.any(Number),
        artifactType: 'text/sbom',
        annotations: { made: 'here' },
      },
    ]);
    await registry.send('DELETE', `/v2/a/manifests/${sbom.digest}`);
    // Without a type of its own it has that of its config.
    expect((await list()).manifests).toMatchObject([
      { digest: plain.digest, artifactType: mediaTypes.ociEmpty },
    ]);
    await registry.send('DELETE', `/v2/a/manifests/${subject.digest}`);
    expect((await list()).manifests).toHaveLength(1);
  });

  it('come page by page where many refer to one', async () => {
    const digests = [];
    for (const n of [1, 2, 3]) {
      const { digest } = await registry.manifest('a', {
        artifactType: 'text/sbom',
        subject: { ...descriptor, mediaType: mediaTypes.ociManifest },
        annotations: { [n]: 'x'.repeat(600_000) },
      });
      digests.push(digest);
    }
    const found = [];
    let next:
      | string
      | undefined = `/v2/a/referrers/${nothing}?artifactType=text/sbom`;
    while (next) {
      const { body, headers } = await registry.send('GET', next);
      const { manifests } = JSON.parse(body.toString());
      expect(manifests).toHaveLength(1);
      found.push(manifests[0].digest);
      next = /<(.*)>; rel="next"/.exec(headers.link ?? '')?.[1];
    }
    expect(found).toEqual(digests.sort());
  });
});
