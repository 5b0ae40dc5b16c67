import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A descriptor of the OCI image specification. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/** What the image of {@link writeImage} says and holds. */
export interface ImageFixture {
  architecture?: string;
  variant?: string;
  layers?: Buffer[];
  /** Images in the layout; more than one is more than a job builds. */
  copies?: number;
}

const type = (name: string) => `application/vnd.oci.image.${name}`;

/** Writes a blob of a layout under its digest. */
export function writeBlob(
  layout: string,
  content: Buffer,
): Omit<Descriptor, 'mediaType'> {
  const hex = createHash('sha256').update(content).digest('hex');
  writeFileSync(join(layout, 'blobs/sha256', hex), content);
  return { digest: `sha256:${hex}`, size: content.length };
}

/**
 * Writes an OCI image layout as a builder leaves it.
 *
 * @returns the descriptor of its (last) manifest
 */
export function writeImage(
  layout: string,
  {
    architecture = 'amd64',
    variant,
    layers = [Buffer.from('layer')],
    copies = 1,
  }: ImageFixture = {},
): Descriptor {
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const json = (mediaType: string, value: object) => ({
    mediaType,
    ...writeBlob(layout, Buffer.from(JSON.stringify(value))),
  });
  const blobs = layers.map(layer => ({
    mediaType: type('layer.v1.tar+gzip'),
    ...writeBlob(layout, gzipSync(layer)),
  }));
  const manifests = Array.from({ length: copies }, (_, copy) =>
    json(type('manifest.v1+json'), {
      schemaVersion: 2,
      mediaType: type('manifest.v1+json'),
      config: json(type('config.v1+json'), {
        architecture,
        os: 'linux',
        ...(variant && { variant }),
        config: { Labels: { copy: String(copy) } },
        rootfs: {
          type: 'layers',
          diff_ids: layers.map(
            layer =>
              `sha256:${createHash('sha256').update(layer).digest('hex')}`,
          ),
        },
      }),
      layers: blobs,
    }),
  );
  const index = { schemaVersion: 2, manifests };
  writeFileSync(join(layout, 'index.json'), JSON.stringify(index));
  return manifests[manifests.length - 1];
}
