import { mkdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mediaTypes, sha256 } from '@buildog/oci';
import type { BuildPlan } from '../frontend/BuildPlan';
import type { Vertex } from '../graph/Operation';
import { chainOf } from '../solve/chainOf';
import type { Solved } from '../solve/Solved';
import type { SolveListener } from '../solve/SolveEvent';
import type { Registries } from '../sources/Registries';
import type { BuildOptions } from './BuildOptions';
import type { BuildResult } from './BuildResult';
import type { Workshop } from './Workshop';

export interface ExportWork {
  readonly options: BuildOptions;
  readonly plan: BuildPlan;
  readonly solved: ReadonlyMap<Vertex, Solved>;
  readonly workshop: Workshop;
  readonly registries: Registries;
  readonly listener: SolveListener;
  readonly signal: AbortSignal;
}

export async function exportImages({
  plan,
  solved,
  options,
  workshop,
}: ExportWork): Promise<Omit<BuildResult, 'steps' | 'fetched'>> {
  const images = [];
  for (const image of plan.images) {
    const chain = chainOf(solved.get(image.root)!);
    const config = JSON.stringify({
      ...image.config,
      rootfs: { type: 'layers', diff_ids: chain.map(({ diffId }) => diffId) },
    });
    const configDescriptor = {
      mediaType: mediaTypes.ociConfig,
      digest: sha256(config),
      size: config.length,
    };
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: configDescriptor,
      layers: chain.map(({ blob }) => blob),
    });
    images.push({
      platform: image.platform,
      digest: sha256(manifest),
      mediaType: mediaTypes.ociManifest,
      size: manifest.length,
      configDigest: configDescriptor.digest,
      layers: chain.map(({ blob }) => blob),
    });
    for (const output of options.outputs ?? []) {
      if (output.type !== 'oci') continue;
      const blobs = join(output.destination, 'blobs/sha256');
      mkdirSync(blobs, { recursive: true });
      writeFileSync(
        join(output.destination, 'oci-layout'),
        '{"imageLayoutVersion":"1.0.0"}',
      );
      writeFileSync(
        join(output.destination, 'index.json'),
        JSON.stringify({
          schemaVersion: 2,
          manifests: [
            {
              mediaType: mediaTypes.ociManifest,
              digest: sha256(manifest),
              size: manifest.length,
            },
          ],
        }),
      );
      writeFileSync(join(blobs, sha256(manifest).slice(7)), manifest);
      writeFileSync(join(blobs, sha256(config).slice(7)), config);
      for (const { blob } of chain)
        await writeFile(
          join(blobs, blob.digest.slice(7)),
          await workshop.layers.open(blob),
        );
    }
  }
  const [first] = images;
  return {
    digest: first.digest,
    mediaType: first.mediaType,
    size: first.size,
    images,
    pushed: [],
  };
}
