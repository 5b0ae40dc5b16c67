import { copyFile, link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Descriptor, blobFile, imageOfLayout } from './ociLayout.ts';

/**
 * Puts an image into the storage folder of a distribution registry, as if it had
 * been pushed, without copying a byte: blobs are hard links into the cache (the
 * registry never writes into a blob). Takes milliseconds where a push of all base
 * images takes seconds. Repeating it changes nothing.
 *
 * @param storage - the `rootdirectory` of the registry's file system driver
 * @returns the manifest's descriptor
 */
export async function seedRegistry(
  storage: string,
  layout: string,
  repository: string,
  tag: string,
): Promise<Descriptor> {
  const root = join(storage, 'docker/registry/v2');
  const folder = join(root, 'repositories', repository);
  const image = await imageOfLayout(layout);
  const manifest = JSON.parse(
    await readFile(blobFile(layout, image.digest), 'utf8'),
  ) as {
    config: Descriptor;
    layers: Descriptor[];
  };
  for (const blob of [image, manifest.config, ...manifest.layers]) {
    const hex = blob.digest.slice('sha256:'.length);
    await linkOrCopy(
      blobFile(layout, blob.digest),
      join(root, 'blobs/sha256', hex.slice(0, 2), hex, 'data'),
    );
  }
  for (const blob of [manifest.config, ...manifest.layers])
    await writeLink(join(folder, '_layers'), blob.digest);
  await writeLink(join(folder, '_manifests/revisions'), image.digest);
  await writeLink(join(folder, '_manifests/tags', tag, 'index'), image.digest);
  await writeFileIn(
    join(folder, '_manifests/tags', tag, 'current', 'link'),
    image.digest,
  );
  return image;
}

function writeLink(folder: string, digest: string): Promise<void> {
  return writeFileIn(join(folder, digest.replace(':', '/'), 'link'), digest);
}

async function writeFileIn(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return;
    if (error.code !== 'EXDEV') throw error;
    await copyFile(from, to);
  });
}
