import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addLayer,
  blobFile,
  createLayout,
  type Descriptor,
  finishLayout,
  type ImageConfig,
  imageOfLayout,
  type Layer,
} from '../cluster/images/ociLayout.ts';
import { cacheFolder } from '../cluster/paths.ts';
import { withFileLock } from '../cluster/system/fileLock.ts';
import { timed } from '../cluster/system/progress.ts';

/** An image that is another one and a layer. */
export interface StackedImage {
  /** Layout of the image below. */
  base: string;
  /** Unique for all that goes into it; the name of its folder. */
  name: string;
  /** Fills the new layer. */
  fill: (root: string) => Promise<void>;
  /** Settings that differ from those of the image below. */
  config: ImageConfig;
}

/**
 * Makes an image out of files, without running anything in it, unless the
 * cache has it already.
 *
 * @returns the folder of its OCI layout
 */
export async function stackImage(image: StackedImage): Promise<string> {
  const layout = join(cacheFolder(), 'images', image.name);
  if (existsSync(layout)) return layout;
  const lock = join(cacheFolder(), 'locks', `image-${image.name}.lock`);
  await withFileLock(lock, async () => {
    if (existsSync(layout)) return;
    await timed(`making image ${image.name}`, () => make(image, layout));
  });
  return layout;
}

async function make(image: StackedImage, layout: string): Promise<void> {
  const temporary = await mkdtemp(`${layout}.new-`);
  try {
    const result = join(temporary, 'layout');
    const root = join(temporary, 'root');
    await createLayout(result);
    await mkdir(root);
    await image.fill(root);
    const { layers, config } = await takeOver(image.base, result);
    const added = await addLayer(result, root);
    await finishLayout(result, [...layers, added], {
      ...config,
      ...image.config,
    });
    await rename(result, layout);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Links the layers of one layout into another. */
async function takeOver(
  base: string,
  result: string,
): Promise<{ layers: Layer[]; config: ImageConfig }> {
  const read = async <T>({ digest }: Descriptor) =>
    JSON.parse(await readFile(blobFile(base, digest), 'utf8')) as T;
  const manifest = await read<{ config: Descriptor; layers: Descriptor[] }>(
    await imageOfLayout(base),
  );
  const { config, rootfs } = await read<{
    config: ImageConfig;
    rootfs: { diff_ids: string[] };
  }>(manifest.config);
  for (const { digest } of manifest.layers) {
    await link(blobFile(base, digest), blobFile(result, digest));
  }
  return {
    config,
    layers: manifest.layers.map((layer, index) => ({
      ...layer,
      diffId: rootfs.diff_ids[index],
    })),
  };
}
