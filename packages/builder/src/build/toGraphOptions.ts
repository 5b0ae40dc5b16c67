import type { GraphOptions, NamedContext } from '../frontend/GraphOptions';
import { parsePlatform } from '../frontend/platform';
import type { BuildOptions } from './BuildOptions';
import { machinePlatform } from './machinePlatform';

/** Options of a build as the front end takes them. */
export function toGraphOptions(
  options: BuildOptions,
  namedContexts: Readonly<Record<string, NamedContext>>,
): GraphOptions {
  const { target, buildArgs, labels, sourceDateEpoch, hostname } = options;
  const local = machinePlatform();
  return {
    ...(target !== undefined && { target }),
    ...(buildArgs && { buildArgs }),
    ...(labels && { labels }),
    ...(sourceDateEpoch !== undefined && { sourceDateEpoch }),
    ...(hostname !== undefined && { hostname }),
    ...(options.extraHosts && { extraHosts: options.extraHosts }),
    buildPlatform: local,
    platforms: options.platforms?.map(text =>
      parsePlatform(text.trim(), local),
    ),
    namedContexts,
  };
}
