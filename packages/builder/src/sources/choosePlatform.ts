import { formatPlatform, type Descriptor, type Platform } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';

/** CPU variants that stand for no variant. */
const implied: Readonly<Record<string, string>> = {
  arm64: 'v8',
  arm: 'v7',
  amd64: 'v1',
};

/**
 * The entry of an index for a platform. A machine runs what older CPUs of its
 * kind run too: of what fits the newest is taken (`arm/v7` takes `v7`, else `v6`,
 * else `v5`). Entries of no known platform, such as attestations, never fit.
 *
 * @throws {@link BuilderError} `manifest` naming the platforms that are there
 */
export function choosePlatform(
  manifests: readonly Descriptor[],
  wanted: Platform,
  image: string,
): Descriptor {
  const images = manifests.filter(
    ({ platform }) => platform && platform.os !== 'unknown',
  );
  const fitting = images
    .filter(({ platform }) => platform && fits(platform, wanted))
    .sort((a, b) => rank(b.platform) - rank(a.platform));
  if (fitting.length > 0) return fitting[0];
  const offered = [
    ...new Set(
      images.flatMap(({ platform }) =>
        platform ? [formatPlatform(platform)] : [],
      ),
    ),
  ];
  throw new BuilderError(
    'manifest',
    `${image} does not exist for ${formatPlatform(wanted)}; ${
      offered.length > 0
        ? `it exists for ${offered.join(', ')}`
        : 'its index names no platform'
    }`,
    { platform: formatPlatform(wanted) },
  );
}

/** Whether what is made for one platform runs on another. */
export function fits(offered: Platform, wanted: Platform): boolean {
  return (
    offered.os === wanted.os &&
    offered.architecture === wanted.architecture &&
    level(offered) <= level(wanted)
  );
}

function rank(platform: Platform | undefined): number {
  return platform ? level(platform) : -1;
}

function level({ architecture, variant }: Platform): number {
  const name = variant || implied[architecture] || '';
  return Number(/^v(\d+)/.exec(name)?.[1] ?? 0);
}
