import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { run } from '../system/run.ts';

/** A descriptor of the OCI image specification. */
export type Descriptor = { mediaType: string; digest: string; size: number };

/** A layer that lies in a layout: its descriptor and the digest of its uncompressed tar. */
export type Layer = Descriptor & { diffId: string };

/** What a container of the image gets unless it says otherwise (the image specification's `config`). */
export type ImageConfig = {
  Entrypoint?: string[];
  Cmd?: string[];
  Env?: string[];
  User?: string;
  WorkingDir?: string;
};

const blobs = (layout: string) => join(layout, 'blobs', 'sha256');

/** The file of a blob in a layout. */
export const blobFile = (layout: string, digest: string) =>
  join(blobs(layout), digest.slice('sha256:'.length));

/** Starts an empty layout. */
export async function createLayout(layout: string): Promise<void> {
  await mkdir(blobs(layout), { recursive: true });
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

/**
 * Packs a folder as one gzipped layer. The same files give the same digest:
 * names are sorted, times are zero, everything belongs to root unless owners
 * are to be kept as they are.
 */
export async function addLayer(
  layout: string,
  folder: string,
  owners: 'root' | 'kept' = 'root',
): Promise<Layer> {
  const tar = join(layout, 'layer.tar');
  await run('tar', [
    ...[
      '--create',
      '--file',
      tar,
      '--directory',
      folder,
      '--format=pax',
      '--sort=name',
      '--mtime=@0',
    ],
    ...['--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime'],
    ...(owners === 'root' ? ['--owner=0', '--group=0'] : []),
    ...[
      '--numeric-owner',
      '--xattrs',
      '--xattrs-include=security.capability',
      '.',
    ],
  ]);
  const plain = createHash('sha256');
  const zipped = createHash('sha256');
  const file = join(layout, 'layer.tar.gz');
  await pipeline(
    createReadStream(tar),
    tap(plain),
    createGzip({ level: 6 }),
    tap(zipped),
    createWriteStream(file),
  );
  const digest = `sha256:${zipped.digest('hex')}`;
  const { size } = await stat(file);
  await rename(file, blobFile(layout, digest));
  await run('rm', ['--force', tar]);
  return {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest,
    size,
    diffId: `sha256:${plain.digest('hex')}`,
  };
}

/** What this machine's architecture is called in images. */
export const machineArchitecture: string =
  { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch;

/** Writes config, manifest and index of an image with these layers; answers with the manifest's descriptor. */
export async function finishLayout(
  layout: string,
  layers: readonly Layer[],
  config: ImageConfig,
  architecture = machineArchitecture,
): Promise<Descriptor> {
  const configBlob = await addBlob(
    layout,
    'application/vnd.oci.image.config.v1+json',
    {
      created: '1970-01-01T00:00:00Z',
      architecture,
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: layers.map(layer => layer.diffId) },
      // buildah copies no image whose history says less than its layers.
      history: layers.map(() => ({
        created: '1970-01-01T00:00:00Z',
        created_by: 'packed by hand',
      })),
    },
  );
  const manifest = await addBlob(
    layout,
    'application/vnd.oci.image.manifest.v1+json',
    {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: configBlob,
      layers: layers.map(({ mediaType, digest, size }) => ({
        mediaType,
        digest,
        size,
      })),
    },
  );
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...manifest, platform: { architecture, os: 'linux' } }],
  };
  await writeFile(join(layout, 'index.json'), JSON.stringify(index));
  return manifest;
}

/** The descriptor of the only image in a layout. */
export async function imageOfLayout(layout: string): Promise<Descriptor> {
  const index = JSON.parse(
    await readFile(join(layout, 'index.json'), 'utf8'),
  ) as { manifests: Descriptor[] };
  if (index.manifests.length !== 1)
    throw new Error(
      `${layout} holds ${index.manifests.length} images instead of one`,
    );
  return index.manifests[0];
}

async function addBlob(
  layout: string,
  mediaType: string,
  content: object,
): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(content));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  await writeFile(blobFile(layout, digest), bytes);
  return { mediaType, digest, size: bytes.length };
}

function tap(hash: ReturnType<typeof createHash>): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(undefined, chunk);
    },
  });
}
