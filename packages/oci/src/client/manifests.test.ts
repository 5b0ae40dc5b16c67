import { sha256 } from '../digest/Digest';
import { FakeAnswer, FakeRegistry } from '../testing/FakeRegistry';
import { Fakes } from '../testing/withFakes';
import { RegistryClient } from './RegistryClient';

const bytes = Buffer.from('{"schemaVersion":2}');
const digest = sha256(bytes);
const type = 'application/vnd.oci.image.manifest.v1+json';

describe('manifests', () => {
  const fakes = new Fakes();
  let registry: FakeRegistry;
  let client: RegistryClient;
  beforeEach(async () => {
    registry = await fakes.start();
    client = fakes.client();
    registry.manifests.set('latest', { type, bytes });
    registry.manifests.set(digest, { type, bytes });
  });
  afterEach(() => fakes.close());
  const repository = () => ({ registry: registry.host, path: 'a' });
  const answer = (given: FakeAnswer) => {
    registry.misbehave = ({ url }) => (url === '/v2/' ? undefined : given);
  };

  it('default to the tag latest', async () => {
    const { descriptor } = await client.getManifest(repository());
    expect(descriptor).toEqual({ mediaType: type, digest, size: bytes.length });
    expect(await client.headManifest(repository())).toEqual(descriptor);
  });

  it('with another digest than asked for are refused', async () => {
    const other = sha256('other');
    answer({ headers: { 'content-type': type }, body: bytes });
    const reference = { ...repository(), digest: other };
    await expect(client.getManifest(reference)).rejects.toMatchObject({
      code: 'digestMismatch',
    });
    answer({
      headers: {
        'content-type': type,
        'content-length': '1',
        'docker-content-digest': digest,
      },
    });
    await expect(client.headManifest(reference)).rejects.toMatchObject({
      code: 'digestMismatch',
    });
  });

  it('above 4 MiB are not read', async () => {
    answer({
      headers: { 'content-type': type },
      body: Buffer.alloc(4 * 1024 * 1024 + 1, ' '),
    });
    await expect(client.getManifest(repository())).rejects.toMatchObject({
      code: 'tooLarge',
    });
  });

  it('above 4 MiB are not sent', async () => {
    await expect(
      client.putManifest(repository(), {
        mediaType: type,
        bytes: Buffer.alloc(4 * 1024 * 1024 + 1),
      }),
    ).rejects.toMatchObject({ code: 'tooLarge' });
    expect(registry.requests).toEqual([]);
  });

  it('without a media type are refused', async () => {
    answer({ body: bytes });
    await expect(client.getManifest(repository())).rejects.toMatchObject({
      code: 'registryFault',
    });
  });

  it('are fetched where HEAD does not tell enough', async () => {
    registry.misbehave = ({ method, url }) =>
      method === 'HEAD' && url !== '/v2/' ? { headers: {} } : undefined;
    expect(await client.headManifest(repository())).toMatchObject({ digest });
  });

  it('must have the digest they are put under', async () => {
    await expect(
      client.putManifest(
        { ...repository(), digest: sha256('x') },
        { mediaType: type, bytes },
      ),
    ).rejects.toMatchObject({ code: 'digestMismatch' });
    expect(registry.requests).toEqual([]);
  });

  it('stored under another digest are noticed', async () => {
    answer({
      status: 201,
      headers: { 'docker-content-digest': sha256('other') },
    });
    await expect(
      client.putManifest(repository(), { mediaType: type, bytes }),
    ).rejects.toMatchObject({ code: 'digestMismatch' });
  });

  it('are not deleted without saying which', async () => {
    await expect(client.deleteManifest(repository())).rejects.toMatchObject({
      code: 'invalidReference',
    });
  });
});

describe('lists', () => {
  const fakes = new Fakes();
  let registry: FakeRegistry;
  let client: RegistryClient;
  beforeEach(async () => {
    registry = await fakes.start();
    client = fakes.client();
  });
  afterEach(() => fakes.close());
  const repository = () => ({ registry: registry.host, path: 'a' });
  const tags = async () => {
    const all = [];
    for await (const tag of client.listTags(repository(), { pageSize: 2 })) {
      all.push(tag);
    }
    return all;
  };
  const pages = (link: (page: number) => string | undefined) => {
    let page = 0;
    registry.misbehave = ({ url }) =>
      url === '/v2/'
        ? undefined
        : {
            headers: { link: link(++page) },
            body: JSON.stringify({ tags: [`t${page}`] }),
          };
  };

  it('are read page by page', async () => {
    pages(page =>
      page < 3 ? `</v2/a/tags/list?n=2&last=t${page}>; rel="next"` : undefined,
    );
    expect(await tags()).toEqual(['t1', 't2', 't3']);
    expect(registry.requests.map(({ url }) => url)).toEqual([
      '/v2/',
      '/v2/a/tags/list?n=2',
      '/v2/a/tags/list?n=2&last=t1',
      '/v2/a/tags/list?n=2&last=t2',
    ]);
  });

  it('do not lead elsewhere', async () => {
    const other = await fakes.start();
    client = fakes.client();
    pages(() => `<${other.url}/v2/>; rel="next"`);
    await expect(tags()).rejects.toMatchObject({ code: 'redirectRefused' });
    expect(other.requests).toEqual([]);
  });

  it.each([
    ['{"tags":null}', []],
    ['{}', []],
    ['{"tags":["a","b"]}', ['a', 'b']],
  ])('%s is %j', async (body, expected) => {
    registry.misbehave = () => ({ body });
    expect(await tags()).toEqual(expected);
  });

  it.each(['[]', 'x', '{"tags":["../a"]}', '{"tags":[7]}', '{"tags":"a"}'])(
    '%s is no list of tags',
    async body => {
      registry.misbehave = () => ({ body });
      await expect(tags()).rejects.toMatchObject({ code: 'registryFault' });
    },
  );

  const subject = sha256('subject');
  const descriptor = (artifactType: string) => ({
    mediaType: type,
    digest: sha256(artifactType),
    size: 1,
    artifactType,
  });
  const index = JSON.stringify({
    schemaVersion: 2,
    manifests: [descriptor('a/b'), descriptor('c/d')],
  });
  const referrers = async (artifactType?: string) =>
    (await client.listReferrers(repository(), subject, { artifactType })).map(
      each => each.artifactType,
    );

  it('of referrers come from the API and are filtered here too', async () => {
    registry.misbehave = ({ url }) =>
      url.includes('/referrers/') ? { body: index } : undefined;
    expect(await referrers()).toEqual(['a/b', 'c/d']);
    expect(await referrers('c/d')).toEqual(['c/d']);
    expect(registry.requests.at(-1)?.url).toBe(
      `/v2/a/referrers/${subject}?artifactType=c%2Fd`,
    );
  });

  it('of referrers come from the fallback tag where there is no API', async () => {
    expect(await referrers()).toEqual([]);
    registry.manifests.set(subject.replace(':', '-'), {
      type: 'application/vnd.oci.image.index.v1+json',
      bytes: Buffer.from(index),
    });
    expect(await referrers('a/b')).toEqual(['a/b']);
  });

  it('of referrers with a fault are refused', async () => {
    registry.misbehave = ({ url }) =>
      url.includes('/referrers/') ? { body: '{"manifests":7}' } : undefined;
    await expect(referrers()).rejects.toMatchObject({
      code: 'invalidManifest',
    });
  });
});
