import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseRepository, sha256 } from '@buildog/oci';
import type { RegistryClient } from '@buildog/oci';
import { registrySchema } from '../config/registrySchema';
import { describeWithCluster } from '../testing/describeWithCluster';
import { CosignKeySigner } from './cosign/CosignKeySigner';
import { signatureTag } from './cosign/signatureManifest';
import { createRegistryClient } from './registryClient';
import { RegistryReleaser } from './RegistryReleaser';
import type { VerifiedImage } from './Releaser';
import { cosignVerifies, generateCosignKeys } from './__testUtils__/cosign';
import type { CosignKeys } from './__testUtils__/cosign';
import { pushTestImage } from './__testUtils__/pushTestImage';

jest.setTimeout(60_000);

describeWithCluster('RegistryReleaser', cluster => {
  const cosigns = ['cosign', 'cosign3'].map(name =>
    join(cluster.tools.binDir, name),
  );
  let keys: CosignKeys;
  let foreign: CosignKeys;

  beforeAll(async () => {
    keys = await generateCosignKeys(cosigns[0]);
    foreign = await generateCosignKeys(cosigns[1]);
  });

  describe.each(['plain', 'tls', 'token'] as const)('on %s', name => {
    const registry = { caFile: undefined, ...cluster.registries[name] };
    const { host } = registry;
    const options = { signal: new AbortController().signal };
    let client: RegistryClient;
    let signer: CosignKeySigner;
    let releaser: RegistryReleaser;
    let repository: string;

    beforeAll(async () => {
      const { username, password, caFile } = registry;
      client = await createRegistryClient([
        registrySchema.parse({
          host,
          insecure: name === 'plain',
          caFile,
          username,
          password,
        }),
      ]);
      signer = await CosignKeySigner.create({ client, name: 'test', ...keys });
      releaser = new RegistryReleaser({ client, hosts: [host], signer });
    });

    afterAll(() => client.close());

    beforeEach(() => {
      repository = `${host}/release/${randomUUID()}`;
    });

    const verified = async (): Promise<VerifiedImage> => {
      const claim = await pushTestImage(client, repository, {
        labels: { build: '7' },
      });
      const [image] = await releaser.verify([claim], {
        ...options,
        expectedLabels: { build: '7' },
      });
      return image;
    };
    const layersOf = async (digest: string): Promise<number> => {
      const tag = signatureTag(digest);
      const { bytes } = await client.getManifest({
        ...parseRepository(repository),
        tag,
      });
      return JSON.parse(bytes.toString()).layers.length;
    };

    it('confirms what the registry has', async () => {
      const image = await verified();
      expect(image.mediaType).toContain('manifest.v1+json');
      expect(image.size).toBeGreaterThan(500);
    });

    it.each([
      ['another platform', { architecture: 'arm64' }, 'PlatformMismatch'],
      ['another label', { labels: { build: '8' } }, 'DigestMismatch'],
    ])('refuses %s', async (_name, image, code) => {
      const claim = await pushTestImage(client, repository, image);
      await expect(
        releaser.verify([claim], {
          ...options,
          expectedLabels: { build: '7' },
        }),
      ).rejects.toMatchObject({ retryable: false, reason: { code } });
    });

    it('refuses a digest the registry does not have', async () => {
      const claim = await pushTestImage(client, repository);
      await expect(
        releaser.verify([{ ...claim, digest: sha256('nothing') }], {
          ...options,
          expectedLabels: {},
        }),
      ).rejects.toMatchObject({
        retryable: false,
        reason: { code: 'DigestNotInRegistry' },
      });
    });

    it('signs so that the stock cosigns verify it, once', async () => {
      const image = await verified();
      const reference = `${repository}@${image.digest}`;
      const verifiedBy = (file: string) =>
        Promise.all(
          cosigns.map(cosign =>
            cosignVerifies(cosign, file, reference, registry),
          ),
        );
      expect(await verifiedBy(keys.publicKeyFile)).toEqual([false, false]);
      const annotations = { commit: 'abc' };
      await releaser.sign([image], { ...options, annotations });
      await releaser.sign([image], { ...options, annotations });
      expect(await verifiedBy(keys.publicKeyFile)).toEqual([true, true]);
      expect(await verifiedBy(foreign.publicKeyFile)).toEqual([false, false]);
      expect(await layersOf(image.digest)).toBe(1);
    });

    it('keeps the signature of another key', async () => {
      const image = await verified();
      const other = await CosignKeySigner.create({
        client,
        name: 'other',
        ...foreign,
      });
      await other.sign(image, { ...options, annotations: {} });
      await releaser.sign([image], { ...options, annotations: {} });
      expect(await layersOf(image.digest)).toBe(2);
      for (const { publicKeyFile } of [keys, foreign]) {
        const reference = `${repository}@${image.digest}`;
        expect(
          await cosignVerifies(cosigns[0], publicKeyFile, reference, registry),
        ).toBe(true);
      }
    });

    it('moves a tag, reads it back, and says what it was', async () => {
      const first = await verified();
      const second = await verified();
      const move = (digest: string) =>
        releaser.moveTag({ repository, tag: 'main', digest }, options);
      expect(await releaser.resolveTag(repository, 'main', options)).toBe(
        undefined,
      );
      expect(await move(first.digest)).toEqual({
        reference: `${repository}:main`,
        state: 'Moved',
        digest: first.digest,
      });
      expect(await move(second.digest)).toMatchObject({
        digest: second.digest,
        previousDigest: first.digest,
      });
      // Repeated after a crash.
      expect(await move(second.digest)).toMatchObject({ state: 'Moved' });
      expect(await releaser.resolveTag(repository, 'main', options)).toBe(
        second.digest,
      );
    });

    it('moves no tag to what is not there', async () => {
      await verified();
      await expect(
        releaser.moveTag(
          { repository, tag: 'main', digest: sha256('nothing') },
          options,
        ),
      ).rejects.toMatchObject({ reason: { code: 'DigestNotInRegistry' } });
      expect(await releaser.resolveTag(repository, 'main', options)).toBe(
        undefined,
      );
    });
  });

  it('names a credential that is not accepted', async () => {
    const { host } = cluster.registries.plain;
    const client = await createRegistryClient([
      registrySchema.parse({
        host,
        insecure: true,
        username: 'pusher',
        password: 'canary-wrong-password',
      }),
    ]);
    const right = await createRegistryClient([
      registrySchema.parse({
        host,
        insecure: true,
        username: cluster.registries.plain.username,
        password: cluster.registries.plain.password,
      }),
    ]);
    const repository = `${host}/release/${randomUUID()}`;
    const claim = await pushTestImage(right, repository);
    const releaser = new RegistryReleaser({ client, hosts: [host] });
    const moving = releaser.moveTag(
      { repository, tag: 'main', digest: claim.digest },
      { signal: new AbortController().signal },
    );
    const error = await moving.then(
      () => undefined,
      e => e,
    );
    expect(error.reason.code).toBe('PushUnauthorized');
    expect(JSON.stringify([error.reason, error.message])).not.toContain(
      'canary',
    );
    await Promise.all([client.close(), right.close()]);
  });
});
