import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { Credential } from '../auth/Credential';
import { Keychain } from '../auth/Keychain';
import { RegistryClient } from '../client/RegistryClient';
import { RegistryHostOptions } from '../client/RegistryClientOptions';
import { composeIndex } from '../compose/composeIndex';
import { copyImage } from '../copy/copyImage';
import { sha256 } from '../digest/Digest';
import { readLayout } from '../layout/readLayout';
import { mediaTypes } from '../model/mediaTypes';
import { PushProgress } from '../push/PushOptions';
import { pushLayout } from '../push/pushLayout';
import { formatReference } from '../reference/formatReference';
import { Repository } from '../reference/Reference';
import { verifyImage } from '../verify/verifyImage';
import { ClusterRegistry } from './clusterRegistries';
import { CuttingProxy } from './CuttingProxy';
import { Skopeo } from './Skopeo';
import { LayoutWriter, tarWith, temporaryDirectory } from './writeLayout';

/** A keychain with one credential for one host. */
function keychainFor(
  host: string,
  username: string,
  password: string,
): Keychain {
  const credential = Credential.basic(username, password);
  return {
    find: async ({ registry }) => (registry === host ? credential : undefined),
  };
}

/** A client for one registry of the cluster, as the given user or as nobody. */
export function clientFor(
  registry: ClusterRegistry,
  user?: { username: string; password: string },
  options: RegistryHostOptions = {},
): RegistryClient {
  const { host, scheme, caFile } = registry;
  return RegistryClient.create({
    keychain: user && keychainFor(host, user.username, user.password),
    hosts: { [host]: { plainHttp: scheme === 'http', ...options } },
    // For the token server as well, which is another host.
    ...(caFile && { ca: readFileSync(caFile, 'utf8') }),
    proxy: 'none',
    retry: { attempts: 2, baseMs: 10 },
  });
}

/** What every registry must do with this package. */
export function describeRegistry(registry: ClusterRegistry): void {
  const { name, host, username, password } = registry;
  const owner = username && password ? { username, password } : undefined;

  describe(`the ${name} registry at ${host}`, () => {
    const run = randomBytes(4).toString('hex');
    const repository = (suffix: string): Repository => ({
      registry: host,
      path: `oci-contract/${run}/${suffix}`,
    });
    let client: RegistryClient;
    let skopeo: Skopeo;
    const directories: string[] = [];
    const directory = async () => {
      const path = await temporaryDirectory();
      directories.push(path);
      return path;
    };
    const putText = async (to: Repository, text: string) => {
      const bytes = Buffer.from(text);
      const digest = sha256(bytes);
      await client.putBlob(to, {
        digest,
        size: bytes.length,
        open: () => Readable.from([bytes]),
      });
      return { digest, size: bytes.length };
    };

    beforeAll(async () => {
      client = clientFor(registry, owner);
      skopeo = await Skopeo.for(registry);
    });
    afterAll(async () => {
      await client.close();
      await Promise.all(
        directories.map(path => rm(path, { recursive: true, force: true })),
      );
    });

    it('answers the ping with the authentication it wants', async () => {
      const { auth } = await client.ping(host);
      const expected = { plain: 'basic', tls: 'basic', token: 'bearer' };
      expect(auth).toBe(name in expected ? expected[name as 'tls'] : 'none');
    });

    it.each(['gzip', 'zstd'] as const)(
      'takes a %s layout, and skopeo reads the same image',
      async compression => {
        const path = await directory();
        const writer = new LayoutWriter(path);
        const root = await writer.image({
          layers: [
            tarWith('a.txt', randomBytes(300_000)),
            tarWith('b.txt', Buffer.from('b')),
          ],
          compression,
          labels: { 'org.example.run': run },
        });
        await writer.finish([root]);
        const to = repository(compression);
        const layout = await readLayout(path);
        const pushed = await pushLayout(client, layout, to);
        expect(pushed.digest).toBe(root.digest);

        const reference = { ...to, digest: pushed.digest };
        const raw = await skopeo.inspectRaw(formatReference(reference));
        expect(sha256(raw)).toBe(pushed.digest);
        const config = JSON.parse(
          (await skopeo.inspectConfig(formatReference(reference))).toString(),
        );
        expect(config.config.Labels).toEqual({ 'org.example.run': run });

        const copied = await directory();
        await skopeo.pull(formatReference(reference), copied);
        const readBack = await readLayout(copied);
        expect([...readBack.blobs.keys()].sort()).toEqual(
          [...layout.blobs.keys()].sort(),
        );

        const verified = await verifyImage(client, reference);
        expect(verified).toMatchObject({
          digest: pushed.digest,
          manifests: [
            {
              platform: { os: 'linux', architecture: 'amd64' },
              labels: { 'org.example.run': run },
              created: '2026-01-02T03:04:05Z',
              configDigest: pushed.manifests[0].configDigest,
              size: pushed.manifests[0].size,
            },
          ],
        });
      },
    );

    it('gives back what skopeo pushed', async () => {
      const path = await directory();
      const writer = new LayoutWriter(path);
      const root = await writer.image({
        layers: [tarWith('from-skopeo', randomBytes(1000))],
      });
      await writer.finish([root]);
      const to = { ...repository('skopeo'), tag: 'v1' };
      await skopeo.push(path, formatReference(to));
      const { digest } = root;
      expect(await client.headManifest(to)).toMatchObject({ digest });
      const verified = await verifyImage(client, to);
      expect(verified.digest).toBe(digest);
      const [layer] = verified.manifests[0].layers;
      const bytes = await client.getBlobBytes(to, layer);
      expect(sha256(bytes)).toBe(layer.digest);
    });

    it('uploads nothing twice and nothing it has', async () => {
      const path = await directory();
      const writer = new LayoutWriter(path);
      const shared = tarWith('shared', randomBytes(2000));
      const manifests = [];
      for (const architecture of ['amd64', 'arm64']) {
        manifests.push(
          await writer.image({
            platform: { os: 'linux', architecture },
            layers: [shared, tarWith(architecture, randomBytes(100))],
          }),
        );
      }
      await writer.finish([await writer.index(manifests)]);
      const layout = await readLayout(path);
      const push = async (to: Repository, mountFrom: Repository[] = []) => {
        const events: PushProgress[] = [];
        const onProgress = (event: PushProgress) => events.push(event);
        const result = await pushLayout(client, layout, to, {
          mountFrom,
          onProgress,
        });
        const states = events.flatMap(event =>
          event.type === 'blob' ? [event.state] : [],
        );
        return { result, states };
      };
      const first = await push(repository('index'));
      // Two configs, two own layers, one shared.
      expect(first.states).toEqual(Array(5).fill('uploaded'));
      expect(first.result.manifests.map(each => each.platform)).toEqual([
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64' },
      ]);
      const again = await push(repository('index'));
      expect(again.states).toEqual(Array(5).fill('existed'));
      const mounted = await push(repository('mounted'), [repository('index')]);
      expect(mounted.states).toEqual(Array(5).fill('mounted'));
      expect(mounted.result).toEqual(first.result);
    });

    it('moves a tag, lists tags page by page, deletes', async () => {
      const to = repository('tags');
      const config = await putText(to, '{}');
      const put = (tag: string, text: string) => {
        const manifest = {
          schemaVersion: 2,
          mediaType: mediaTypes.ociManifest,
          config: { mediaType: mediaTypes.ociEmpty, ...config },
          layers: [],
          annotations: { text },
        };
        return client.putManifest(
          { ...to, tag },
          {
            mediaType: mediaTypes.ociManifest,
            bytes: Buffer.from(JSON.stringify(manifest)),
          },
        );
      };
      const one = await put('v1', 'one');
      const two = await put('v2', 'two');
      await put('v3', 'two');
      expect(await client.headManifest({ ...to, tag: 'v1' })).toEqual(one);
      await put('v1', 'two');
      expect(await client.headManifest({ ...to, tag: 'v1' })).toEqual(two);
      const tags = [];
      for await (const tag of client.listTags(to, { pageSize: 2 })) {
        tags.push(tag);
      }
      expect(tags.sort()).toEqual(['v1', 'v2', 'v3']);

      await client.deleteManifest({ ...to, digest: one.digest });
      expect(
        await client.headManifest({ ...to, digest: one.digest }),
      ).toBeUndefined();
      await client.deleteBlob(to, config.digest);
      expect(await client.headBlob(to, config.digest)).toBeUndefined();
    });

    it('composes an index and copies it with all it lists', async () => {
      const path = await directory();
      const writer = new LayoutWriter(path);
      const from = repository('compose');
      const entries = [];
      for (const architecture of ['amd64', 'arm64']) {
        const each = await directory();
        const one = new LayoutWriter(each);
        await one.finish([
          await one.image({
            platform: { os: 'linux', architecture },
            layers: [tarWith(architecture, randomBytes(500))],
          }),
        ]);
        const { manifests } = await pushLayout(
          client,
          await readLayout(each),
          from,
        );
        const { digest, mediaType, platform } = manifests[0];
        const found = await client.headManifest({ ...from, digest });
        entries.push({ digest, mediaType, size: found?.size ?? 0, platform });
      }
      await writer.finish(entries);
      const index = composeIndex(entries);
      const tagged = { ...from, tag: 'multi' };
      await client.putManifest(tagged, {
        mediaType: index.descriptor.mediaType,
        bytes: index.bytes,
      });
      const to = { ...repository('copy'), tag: 'multi' };
      const copied = await copyImage(client, tagged, to);
      expect(copied.digest).toBe(index.descriptor.digest);
      const raw = await skopeo.inspectRaw(formatReference(to));
      expect(sha256(raw)).toBe(index.descriptor.digest);
      expect((await verifyImage(client, to)).manifests).toHaveLength(2);
    });

    it('finds referrers', async () => {
      const to = repository('referrers');
      const config = await putText(to, '{}');
      const base = {
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config: { mediaType: mediaTypes.ociEmpty, ...config },
        layers: [],
      };
      const put = (document: object) =>
        client.putManifest(to, {
          mediaType: mediaTypes.ociManifest,
          bytes: Buffer.from(JSON.stringify(document)),
        });
      const subject = await put(base);
      const sbom = await put({ ...base, artifactType: 'text/sbom', subject });
      expect(await client.listReferrers(to, sbom.digest)).toEqual([]);
      // A registry without the referrers API leaves the fallback tag to clients.
      await client.putManifest(
        { ...to, tag: subject.digest.replace(':', '-') },
        {
          mediaType: mediaTypes.ociIndex,
          bytes: Buffer.from(
            JSON.stringify({
              schemaVersion: 2,
              mediaType: mediaTypes.ociIndex,
              manifests: [{ ...sbom, artifactType: 'text/sbom' }],
            }),
          ),
        },
      );
      const list = async (artifactType?: string) => {
        const found = await client.listReferrers(to, subject.digest, {
          artifactType,
        });
        return found.map(({ digest }) => digest);
      };
      expect(await list()).toEqual([sbom.digest]);
      expect(await list('text/sbom')).toEqual([sbom.digest]);
      expect(await list('text/other')).toEqual([]);
    });

    it('says not found, and never undefined bytes', async () => {
      const to = repository('nothing');
      const digest = sha256('nothing');
      expect(await client.headManifest({ ...to, tag: 'no' })).toBeUndefined();
      expect(await client.headBlob(to, digest)).toBeUndefined();
      await expect(
        client.getManifest({ ...to, tag: 'no' }),
      ).rejects.toMatchObject({ code: 'notFound', status: 404 });
      await expect(
        client.getBlobBytes(to, { digest, size: 7 }),
      ).rejects.toMatchObject({ code: 'notFound' });
    });

    it('keeps no blob whose bytes are wrong', async () => {
      const to = repository('wrong');
      const digest = sha256('right');
      await expect(
        client.putBlob(to, {
          digest,
          size: 5,
          open: () => Readable.from([Buffer.from('wrong')]),
        }),
      ).rejects.toMatchObject({ code: 'digestMismatch' });
      expect(await client.headBlob(to, digest)).toBeUndefined();
    });

    it('goes on where an upload broke', async () => {
      const [, address, port] = /^(.*):(\d+)$/.exec(host) ?? [];
      const size = 8 * 1024 * 1024;
      const proxy = await CuttingProxy.start(
        { host: address, port: Number(port) },
        5 * 1024 * 1024,
      );
      const behind = clientFor({ ...registry, host: proxy.host }, owner, {
        skipTlsVerify: true,
      });
      try {
        const bytes = randomBytes(size);
        const to = { ...repository('resumed'), registry: proxy.host };
        const outcome = await behind.putBlob(to, {
          digest: sha256(bytes),
          size,
          open: () => Readable.from([bytes]),
        });
        expect(outcome).toBe('uploaded');
        expect(proxy.cuts).toBe(1);
        // Sent anew it would have been 13 MiB.
        expect(proxy.forwarded).toBeLessThan(10 * 1024 * 1024);
        const found = await client.headBlob(
          repository('resumed'),
          sha256(bytes),
        );
        expect(found).toEqual({ size });
      } finally {
        await behind.close();
        await proxy.close();
      }
    });

    if (owner) describeCredentials(registry, owner, run);
  });
}

function describeCredentials(
  registry: ClusterRegistry,
  owner: { username: string; password: string },
  run: string,
): void {
  const { host, users = {} } = registry;
  const text = Buffer.from(`content of ${run}`);
  const blob = {
    digest: sha256(text),
    size: text.length,
    open: () => Readable.from([text]),
  };
  const attempt = async (
    user: { username: string; password: string } | undefined,
    path: string,
  ) => {
    const client = clientFor(registry, user);
    try {
      return await client.putBlob({ registry: host, path }, blob);
    } finally {
      await client.close();
    }
  };

  it('refuses a push without a credential', async () => {
    await expect(
      attempt(undefined, `oci-contract/${run}/anonymous`),
    ).rejects.toMatchObject({ code: 'unauthorized', retryable: false });
  });

  it('refuses a wrong password, and no error repeats it', async () => {
    const password = `wrong-${randomBytes(8).toString('hex')}`;
    const error = await attempt(
      { username: owner.username, password },
      `oci-contract/${run}/wrong-password`,
    ).catch(caught => caught);
    expect(error).toMatchObject({ code: 'unauthorized' });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(
      password,
    );
  });

  for (const [username, { password, push }] of Object.entries(users)) {
    it(`lets ${username} push where it may and nowhere else`, async () => {
      const user = { username, password };
      const pathFor = (pattern: string) =>
        pattern.replace('*', `oci-contract/${run}/${username}`);
      for (const pattern of push) {
        const outcome = await attempt(user, pathFor(pattern));
        expect(['uploaded', 'existed']).toContain(outcome);
      }
      if (!push.includes('*')) {
        await expect(
          attempt(user, `team-of-others/${run}`),
        ).rejects.toMatchObject({ code: 'unauthorized' });
      }
    });
  }
}
