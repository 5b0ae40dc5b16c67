import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addLayer,
  createLayout,
  finishLayout,
} from '../../cluster/images/ociLayout.ts';
import { cacheFolder } from '../../cluster/paths.ts';
import { withFileLock } from '../../cluster/system/fileLock.ts';
import { timed } from '../../cluster/system/progress.ts';

/** How a base image of the corpus is made: each entry of `layers` fills an empty folder. */
export interface Base {
  /** The repository is `base/NAME`. */
  name: string;
  /** Changes whenever the image must be made anew. */
  key: string;
  layers: readonly ((root: string) => Promise<void>)[];
  /** The `config` of the image specification. */
  config: Readonly<Record<string, unknown>>;
  /** This machine's when absent. */
  architecture?: string;
}

/** Makes a base unless the cache has it; answers with the folder of its layout. */
export async function makeBase(base: Base): Promise<string> {
  const { name, key } = base;
  const layout = join(cacheFolder(), 'images', `corpus-${name}-${key}`);
  if (existsSync(layout)) return layout;
  const lock = join(cacheFolder(), 'locks', `corpus-${name}.lock`);
  await withFileLock(lock, async () => {
    if (!existsSync(layout))
      await timed(`making the base image ${name}`, () => make(base, layout));
  });
  return layout;
}

async function make(base: Base, layout: string): Promise<void> {
  await mkdir(join(layout, '..'), { recursive: true });
  const temporary = await mkdtemp(`${layout}.new-`);
  try {
    const result = join(temporary, 'layout');
    await createLayout(result);
    const layers = [];
    for (const [number, fill] of base.layers.entries()) {
      const root = join(temporary, `root${number}`);
      await mkdir(root, { mode: 0o755 });
      await fill(root);
      layers.push(await addLayer(result, root, 'kept'));
    }
    await finishLayout(result, layers, base.config, base.architecture);
    await rename(result, layout);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
