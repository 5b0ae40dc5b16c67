import type { BuilderName } from './builders/startBuilders.ts';
import { buildahDifferences } from './differences/buildah.ts';
import { buildogDifferences } from './differences/buildog.ts';
import type { KnownDifference } from './differences/KnownDifference.ts';
import { kanikoDifferences } from './differences/kaniko.ts';

/** All that is listed, by builder. */
export const knownDifferences: Record<BuilderName, readonly KnownDifference[]> =
  {
    buildog: buildogDifferences,
    buildah: buildahDifferences,
    kaniko: kanikoDifferences,
  };
