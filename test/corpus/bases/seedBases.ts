import type { Registry } from '../oracle/Registry.ts';
import { makeBase } from './Base.ts';
import { bases, otherArchitecture } from './bases.ts';

/** Makes what is missing and puts every base into the registry, as `base/NAME:latest`. */
export async function seedBases(registry: Registry): Promise<void> {
  for (const base of bases)
    await registry.add(await makeBase(base), `base/${base.name}`);
  await seedIndex(registry);
}

/** `base/multi`: an index whose arm64 image is another one than its amd64 image. */
async function seedIndex(registry: Registry): Promise<void> {
  const manifests = [];
  for (const architecture of ['amd64', 'arm64'] as const) {
    const layout = await makeBase(otherArchitecture(architecture));
    const image = await registry.add(layout, 'base/multi', architecture);
    const { mediaType, digest, size } = image;
    const platform = { os: 'linux', architecture };
    manifests.push({ mediaType, digest, size, platform });
  }
  await registry.addIndex('base/multi', manifests);
}
