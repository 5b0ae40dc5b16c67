import { join } from 'node:path';
import type { Workbench } from '../Workbench.ts';
import { Buildah } from './Buildah.ts';
import { Buildog } from './Buildog.ts';
import type { CorpusBuilder } from './CorpusBuilder.ts';
import { Kaniko } from './Kaniko.ts';

/** The builders that are held against BuildKit. */
export const builderNames = ['buildog', 'buildah', 'kaniko'] as const;

/** One of {@link builderNames}. */
export type BuilderName = (typeof builderNames)[number];

/**
 * Which builders a run is about: `BUILDOG_CORPUS_BUILDER`, names with commas
 * between them, or `all`. Our own without it.
 *
 * @throws Error for a name that is none.
 */
export function chosenBuilders(
  text = process.env.BUILDOG_CORPUS_BUILDER || 'buildog',
): BuilderName[] {
  if (text === 'all') return [...builderNames];
  return text.split(',').map(name => {
    const found = builderNames.find(known => known === name.trim());
    if (!found)
      throw new Error(
        `BUILDOG_CORPUS_BUILDER: no builder "${name}": there are ${builderNames.join(
          ', ',
        )}, and all`,
      );
    return found;
  });
}

/** Starts a builder; `undefined` for a kaniko that this machine does not have. */
export async function startBuilder(
  name: BuilderName,
  bench: Workbench,
): Promise<CorpusBuilder | undefined> {
  const folder = join(bench.folder, name);
  switch (name) {
    case 'buildog':
      return Buildog.start(folder, bench.registry.host);
    case 'buildah':
      return Buildah.start(folder);
    case 'kaniko':
      return Kaniko.start(folder, bench.registry.host);
    default:
      throw new Error(`no builder ${name satisfies never}`);
  }
}
