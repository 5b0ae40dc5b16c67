import { parseReference, withDefaultTag } from '@buildog/oci';
import type { BuildPlan } from '../frontend/BuildPlan';
import type { Vertex } from '../graph/Operation';
import { composeBundle } from '../image/composeBundle';
import type { ComposedImage, ImageBundle } from '../image/ComposedImage';
import { pushBundle } from '../output/pushBundle';
import type { Solved } from '../solve/Solved';
import type { SolveListener } from '../solve/SolveEvent';
import type { Registries } from '../sources/Registries';
import type { BuildOptions } from './BuildOptions';
import type { BuildResult } from './BuildResult';
import { composePlanned } from './composePlanned';
import { toTransfer } from './toTransfer';
import type { Workshop } from './Workshop';
import { writeOutput } from './writeOutput';

/** What {@link exportImages} works with. */
export interface ExportWork {
  readonly options: BuildOptions;
  readonly plan: BuildPlan;
  readonly solved: ReadonlyMap<Vertex, Solved>;
  readonly workshop: Workshop;
  readonly registries: Registries;
  readonly listener: SolveListener;
  readonly signal: AbortSignal;
}

/** Makes images of what was solved, then every output, and the pushes last. */
export async function exportImages(
  work: ExportWork,
): Promise<Omit<BuildResult, 'steps' | 'fetched'>> {
  const { plan, solved, options, workshop } = work;
  const images = plan.images.map(image =>
    composePlanned(image, solved, plan.sourceDateEpoch),
  );
  const bundle = composeBundle(images);
  const outputs = options.outputs ?? [];
  const { layers, scratch } = workshop;
  for (const output of outputs) {
    if (output.type !== 'registry') {
      await writeOutput(output, bundle, { ...work, layers, scratch });
    }
  }
  const pushed = outputs.some(({ type }) => type === 'registry')
    ? await push(work, bundle)
    : [];
  const { digest, mediaType, size } = bundle.root;
  return {
    digest,
    mediaType,
    size,
    pushed,
    images: images.map((image, index) => ({
      ...describe(image),
      ...(plan.images[index].base && { base: plan.images[index].base }),
    })),
  };
}

async function push(
  { options, registries, workshop, listener, signal }: ExportWork,
  bundle: ImageBundle,
): Promise<readonly string[]> {
  const tags = options.tags ?? [];
  await pushBundle(
    tags.map(tag => withDefaultTag(parseReference(tag))),
    bundle,
    workshop.layers,
    {
      use: (repository, call) => registries.use(repository, 'push', call),
      onEvent: event => listener(toTransfer(event)),
      signal,
    },
  );
  return tags;
}

function describe({ platform, manifest, config, layers }: ComposedImage) {
  const { digest, mediaType, size } = manifest.descriptor;
  return {
    platform,
    digest,
    mediaType,
    size,
    configDigest: config.descriptor.digest,
    layers: layers.map(({ blob }) => ({
      digest: blob.digest,
      size: blob.size,
    })),
  };
}
