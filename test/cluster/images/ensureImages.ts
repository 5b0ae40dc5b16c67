import type { ClusterImages } from '../clusterState.ts';
import type { ClusterPaths } from '../paths.ts';
import { ports } from '../services/ports.ts';
import { registryStorage } from '../services/registries.ts';
import { imageLayouts } from './buildImages.ts';
import { type KanikoImage, ensureKanikoImage } from './kanikoImage.ts';
import { seedRegistry } from './seedRegistry.ts';

/** The images of a cluster and what is known about its kaniko. */
export type EnsuredImages = { images: ClusterImages; kaniko: KanikoImage };

/** Puts all images into the storage of the cluster's plain registry and answers with their references. */
export async function ensureImages(
  paths: ClusterPaths,
  nodeAddress: string,
): Promise<EnsuredImages> {
  const seed = async (layout: string, name: string) => {
    const repository = `base/${name.replace(
      /[A-Z]/g,
      letter => `-${letter.toLowerCase()}`,
    )}`;
    const { digest } = await seedRegistry(
      registryStorage(paths, 'plain'),
      layout,
      repository,
      'latest',
    );
    return `${nodeAddress}:${ports.plainRegistry}/${repository}@${digest}`;
  };
  const references = Object.fromEntries(
    await Promise.all(
      Object.entries(imageLayouts()).map(async ([name, layout]) => [
        name,
        await seed(layout, name),
      ]),
    ),
  ) as ClusterImages;
  const kaniko = await ensureKanikoImage();
  if ('layout' in kaniko)
    references.kaniko = await seed(kaniko.layout, 'kaniko');
  return { images: references, kaniko };
}
