import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { dockerConfig, inspectWithSkopeo } from '../testing/clusterUnderTest';
import { describeWithCluster } from '../testing/describeWithCluster';
import { runForTest } from '../testing/runForTest';
import { writeImage } from '../testing/writeImage';
import { publish } from './publish';
import { temporaryFolder } from '../testing/temporaryFolder';

jest.setTimeout(60_000);

describeWithCluster('publish to real registries', cluster => {
  const layout = join(temporaryFolder('buildog-layout'), 'image');
  const manifest = writeImage(layout, {
    layers: [randomBytes(1000), randomBytes(3_000_000)],
  });
  const path = `agent-contract/${randomBytes(6).toString('hex')}`;

  async function run(name: keyof typeof cluster.registries, change: object) {
    const registry = cluster.registries[name];
    const { credential, ...input } = {
      credential: dockerConfig(registry) as object | undefined,
      protocolVersion: 1,
      layoutPath: layout,
      repository: `${registry.host}/${path}`,
      insecureHosts: registry.caFile ? [] : [registry.host],
      caFile: registry.caFile,
      expectedPlatform: { os: 'linux', architecture: 'amd64' },
      ...change,
    };
    return runForTest(publish, input, { credential });
  }

  it.each(['plain', 'tls', 'token'] as const)(
    'of %s: skopeo finds what was pushed, under no tag',
    async name => {
      const registry = cluster.registries[name];
      const { result } = await run(name, {});
      expect(result).toMatchObject({ ok: true, digest: manifest.digest });
      const reference = `${registry.host}/${path}`;
      const raw = inspectWithSkopeo(
        registry,
        `${reference}@${manifest.digest}`,
      );
      expect(`sha256:${createHash('sha256').update(raw).digest('hex')}`).toBe(
        manifest.digest,
      );
      expect(() =>
        inspectWithSkopeo(registry, `${reference}:latest`),
      ).toThrow();
      const again = await run(name, {});
      expect(again.result).toMatchObject({ pushedBytes: 0, existingBlobs: 3 });
    },
  );

  it('mounts blobs of another repository', async () => {
    const { host } = cluster.registries.plain;
    const { result } = await run('plain', {
      repository: `${host}/${path}-mounted`,
      mountFrom: [path],
    });
    expect(result).toMatchObject({ ok: true, pushedBytes: 0, mountedBlobs: 3 });
  });

  it.each([
    ['plain', 'PushUnauthorized', { credential: undefined }],
    ['tls', 'RegistryTlsFailed', { caFile: undefined }],
    ['tls', 'PushUnauthorized', { credential: undefined }],
    [
      'token',
      'PushUnauthorized',
      {
        credential: dockerConfig({
          ...cluster.registries.token,
          password: 'canary',
        }),
      },
    ],
  ] as const)('of %s: %s', async (name, code, change) => {
    const { result, lines } = await run(name, change);
    expect(result).toMatchObject({ ok: false, reason: { code } });
    expect(lines.join()).not.toContain('canary');
  });
});
