import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { mediaTypes, parseRepository, sha256 } from '@buildog/oci';
import type { Digest, RegistryClient } from '@buildog/oci';
import type { ClaimedImage } from '../Releaser';

/** What the image says about itself. */
export interface TestImage {
  os?: string;
  architecture?: string;
  labels?: Record<string, string>;
}

/** Pushes an image of one random layer by digest, as `publish` does. */
export async function pushTestImage(
  client: RegistryClient,
  repository: string,
  image: TestImage = {},
): Promise<ClaimedImage> {
  const parsed = parseRepository(repository);
  const put = async (bytes: Buffer) => {
    const digest = sha256(bytes);
    await client.putBlob(parsed, {
      digest,
      size: bytes.length,
      open: () => Readable.from([bytes]),
    });
    return { digest, size: bytes.length };
  };
  const content = randomBytes(512);
  const layer = await put(gzipSync(content));
  const { os = 'linux', architecture = 'amd64', labels = {} } = image;
  const config = await put(
    Buffer.from(
      JSON.stringify({
        os,
        architecture,
        config: { Labels: labels },
        rootfs: { type: 'layers', diff_ids: [sha256(content)] },
      }),
    ),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: { mediaType: mediaTypes.ociConfig, ...config },
      layers: [{ mediaType: mediaTypes.ociLayerGzip, ...layer }],
    }),
  );
  const { digest } = await client.putManifest(
    { ...parsed, digest: sha256(manifest) },
    { mediaType: mediaTypes.ociManifest, bytes: manifest },
  );
  return {
    platform: { os: 'linux', architecture: 'amd64' },
    repository,
    digest: digest satisfies Digest,
  };
}
