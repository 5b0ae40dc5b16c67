import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../paths.ts';
import { withFileLock } from '../system/fileLock.ts';
import { progress, timed } from '../system/progress.ts';
import {
  type ImageName,
  type ImageRecipe,
  imageRecipes,
} from './imageRecipes.ts';
import {
  type ImageConfig,
  addLayer,
  createLayout,
  finishLayout,
} from './ociLayout.ts';

/** The OCI layouts of all images that are made here. */
export function imageLayouts(): Record<ImageName, string> {
  return Object.fromEntries(
    imageRecipes.map(recipe => [recipe.name, layoutFolder(recipe)]),
  ) as Record<ImageName, string>;
}

/** Makes the images that are not in the cache yet; safe when two processes do it at once. */
export async function buildImages(): Promise<void> {
  for (const recipe of imageRecipes) {
    await makeImageOnce(layoutFolder(recipe), recipe.layers, recipe.config);
  }
}

/** Makes one image unless its layout is there. */
export async function makeImageOnce(
  layout: string,
  layers: ImageRecipe['layers'],
  config: ImageConfig,
): Promise<void> {
  if (existsSync(layout)) return;
  const name = layout.slice(join(cacheFolder(), 'images').length + 1);
  await withFileLock(
    join(cacheFolder(), 'locks', `image-${name}.lock`),
    () =>
      existsSync(layout)
        ? Promise.resolve()
        : timed(`making image ${name}`, () => make(layout, layers, config)),
    () => progress(`waiting for another process that makes image ${name}`),
  );
}

function layoutFolder(recipe: ImageRecipe): string {
  return join(cacheFolder(), 'images', `${recipe.name}-${recipe.key}`);
}

async function make(
  layout: string,
  layers: ImageRecipe['layers'],
  config: ImageConfig,
): Promise<void> {
  await mkdir(join(layout, '..'), { recursive: true });
  const temporary = await mkdtemp(`${layout}.new-`);
  const result = join(temporary, 'layout');
  await createLayout(result);
  const made = [];
  for (const [number, fill] of layers.entries()) {
    const root = join(temporary, `root${number}`);
    await mkdir(root);
    await fill(root);
    made.push(await addLayer(result, root));
  }
  await finishLayout(result, made, config);
  await rename(result, layout);
  await rm(temporary, { recursive: true, force: true });
}
