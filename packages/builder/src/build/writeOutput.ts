import { formatPlatform } from '@buildog/oci';
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BuilderError } from '../errors/BuilderError';
import type { ComposedImage, ImageBundle } from '../image/ComposedImage';
import type { DiskLayerStore } from '../layers/store/DiskLayerStore';
import {
  writeDockerArchive,
  writeOciArchive,
} from '../output/writeImageArchive';
import { writeLocal } from '../output/writeLocal';
import { writeOciLayout } from '../output/writeOciLayout';
import { writeRootArchive } from '../output/writeRootArchive';
import type { SolveListener } from '../solve/SolveEvent';
import type { BuildOptions, OutputOptions } from './BuildOptions';

/** What outputs work with. */
interface OutputWork {
  readonly options: BuildOptions;
  readonly layers: DiskLayerStore;
  readonly listener: SolveListener;
  readonly signal: AbortSignal;
  /** A folder of this build. */
  readonly scratch: string;
}

/** Writes one output that stays on this machine. */
export async function writeOutput(
  output: Exclude<OutputOptions, { type: 'registry' }>,
  bundle: ImageBundle,
  work: OutputWork,
): Promise<void> {
  const { layers, signal, options } = work;
  if (output.destination === '-') {
    const draft = join(work.scratch, `${output.type}-output`);
    await writeOutput({ ...output, destination: draft }, bundle, work);
    await pipeline(createReadStream(draft), process.stdout, { end: false });
    return undefined;
  }
  const destination = resolve(output.destination);
  const settings = { names: options.tags ?? [], signal };
  switch (output.type) {
    case 'oci':
      return output.tar
        ? writeOciArchive(destination, bundle, layers, settings)
        : writeOciLayout(destination, bundle, layers, settings);
    case 'docker':
      return writeDockerArchive(destination, bundle, layers, settings);
    case 'tar': {
      const tree = await layers.tree(only(bundle).layers);
      return writeRootArchive(destination, tree, { signal });
    }
    case 'local':
      return writeFiles(destination, bundle, work);
    default:
      return output satisfies never;
  }
}

async function writeFiles(
  destination: string,
  { images }: ImageBundle,
  { layers, listener, signal }: OutputWork,
): Promise<void> {
  for (const image of images) {
    const name = formatPlatform(image.platform).replace(/\//g, '_');
    const folder = images.length > 1 ? join(destination, name) : destination;
    await writeLocal(folder, await layers.tree(image.layers), {
      signal,
      warn: message => listener({ type: 'warning', message }),
    });
  }
}

function only({ images }: ImageBundle): ComposedImage {
  if (images.length === 1) return images[0];
  throw new BuilderError(
    'unsupported',
    'an archive of files holds one platform: choose one, or use type=local, which has a folder for each',
  );
}
