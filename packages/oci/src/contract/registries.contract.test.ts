import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { sha256 } from '../digest/Digest';
import { mediaTypes } from '../model/mediaTypes';
import { clusterRegistries } from '../testing/clusterRegistries';
import { CuttingProxy } from '../testing/CuttingProxy';
import { embeddedRegistry } from '../testing/embeddedRegistry';
import { clientFor, RegistryBench } from '../testing/RegistryBench';

/*
 * What the client does with the registries of the test cluster, and our own, besides images.
 */
const cluster = clusterRegistries();
const embedded = embeddedRegistry();

// The first line of each of these files' reports when there is no cluster.
if (cluster.absent) {
  it(`is skipped: ${cluster.absent}`, () => {
    expect(process.env.BUILDOG_REQUIRE_CLUSTER).not.toBe('1');
  });
}

for (const registry of [embedded, ...cluster.registries]) {
  describe(`the ${registry.name} registry`, () => {
    let bench: RegistryBench;
    beforeAll(async () => {
      bench = await RegistryBench.open(registry);
    });
    afterAll(() => bench.close());

    it('answers the ping with the authentication it wants', async () => {
      const { auth } = await bench.client.ping(registry.host);
      const expected = {
        embedded: 'basic',
        plain: 'basic',
        tls: 'basic',
        token: 'bearer',
      };
      expect(auth).toBe(expected[registry.name as keyof typeof expected]);
    });

    it('moves a tag, lists tags page by page, deletes', async () => {
      const to = bench.repository('tags');
      const config = await bench.putText(to, '{}');
      const put = (tag: string, text: string) => {
        const manifest = {
          schemaVersion: 2,
          mediaType: mediaTypes.ociManifest,
          config: { mediaType: mediaTypes.ociEmpty, ...config },
          layers: [],
          annotations: { text },
        };
        return bench.client.putManifest(
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
      expect(await bench.client.headManifest({ ...to, tag: 'v1' })).toEqual(
        one,
      );
      await put('v1', 'two');
      expect(await bench.client.headManifest({ ...to, tag: 'v1' })).toEqual(
        two,
      );
      const tags = [];
      for await (const tag of bench.client.listTags(to, { pageSize: 2 })) {
        tags.push(tag);
      }
      expect(tags.sort()).toEqual(['v1', 'v2', 'v3']);

      await bench.client.deleteManifest({ ...to, digest: one.digest });
      expect(
        await bench.client.headManifest({ ...to, digest: one.digest }),
      ).toBeUndefined();
      await bench.client.deleteBlob(to, config.digest);
      expect(await bench.client.headBlob(to, config.digest)).toBeUndefined();
    });

    it('finds referrers', async () => {
      const to = bench.repository('referrers');
      const config = await bench.putText(to, '{}');
      const base = {
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config: { mediaType: mediaTypes.ociEmpty, ...config },
        layers: [],
      };
      const put = (document: object) =>
        bench.client.putManifest(to, {
          mediaType: mediaTypes.ociManifest,
          bytes: Buffer.from(JSON.stringify(document)),
        });
      const subject = await put(base);
      const sbom = await put({ ...base, artifactType: 'text/sbom', subject });
      expect(await bench.client.listReferrers(to, sbom.digest)).toEqual([]);
      // A registry without the referrers API leaves the fallback tag to clients.
      await bench.client.putManifest(
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
        const found = await bench.client.listReferrers(to, subject.digest, {
          artifactType,
        });
        return found.map(({ digest }) => digest);
      };
      expect(await list()).toEqual([sbom.digest]);
      expect(await list('text/sbom')).toEqual([sbom.digest]);
      expect(await list('text/other')).toEqual([]);
    });

    it('says not found, and never undefined bytes', async () => {
      const to = bench.repository('nothing');
      const digest = sha256('nothing');
      expect(
        await bench.client.headManifest({ ...to, tag: 'no' }),
      ).toBeUndefined();
      expect(await bench.client.headBlob(to, digest)).toBeUndefined();
      await expect(
        bench.client.getManifest({ ...to, tag: 'no' }),
      ).rejects.toMatchObject({ code: 'notFound', status: 404 });
      await expect(
        bench.client.getBlobBytes(to, { digest, size: 7 }),
      ).rejects.toMatchObject({ code: 'notFound' });
    });

    it('keeps no blob whose bytes are wrong', async () => {
      const to = bench.repository('wrong');
      const digest = sha256('right');
      await expect(
        bench.client.putBlob(to, {
          digest,
          size: 5,
          open: () => Readable.from([Buffer.from('wrong')]),
        }),
      ).rejects.toMatchObject({ code: 'digestMismatch' });
      expect(await bench.client.headBlob(to, digest)).toBeUndefined();
    });

    it('goes on where an upload broke', async () => {
      const [, address, port] = /^(.*):(\d+)$/.exec(registry.host) ?? [];
      const size = 8 * 1024 * 1024;
      const proxy = await CuttingProxy.start(
        { host: address, port: Number(port) },
        5 * 1024 * 1024,
      );
      const { host } = proxy;
      const plainHttp = registry.scheme === 'http';
      const behind = clientFor({ ...registry, host }, registry, {
        hosts: { [host]: { plainHttp, skipTlsVerify: true } },
        retry: {},
      });
      try {
        const bytes = randomBytes(size);
        const to = { ...bench.repository('resumed'), registry: host };
        const outcome = await behind.putBlob(to, {
          digest: sha256(bytes),
          size,
          open: () => Readable.from([bytes]),
        });
        expect(outcome).toBe('uploaded');
        expect(proxy.cuts).toBe(1);
        // Sent anew it would have been 13 MiB.
        expect(proxy.forwarded).toBeLessThan(10 * 1024 * 1024);
        const found = await bench.client.headBlob(
          bench.repository('resumed'),
          sha256(bytes),
        );
        expect(found).toEqual({ size });
      } finally {
        await behind.close();
        await proxy.close();
      }
    });
  });
}
