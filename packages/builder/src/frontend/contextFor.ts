import {
  familiarReference,
  isOciError,
  parseReference,
  type Platform,
} from '@buildog/oci';
import type { GraphOptions, NamedContext } from './GraphOptions';
import { formatFullPlatform } from './platform';

/** The short form of a name: `docker.io/library/alpine:latest` and `alpine` are one. */
function contextKey(name: string): string {
  try {
    return familiarReference(parseReference(name)).replace(/:latest$/, '');
  } catch (error) {
    if (isOciError(error)) return name.toLowerCase();
    throw error;
  }
}

/**
 * The named context that stands for a stage or an image; a context for the
 * platform (`name::os/arch`) goes before one for all. `scratch` and `context`
 * can not be replaced.
 */
export function contextFor(
  options: GraphOptions,
  name: string,
  platform: Platform,
): (NamedContext & { readonly name: string }) | undefined {
  const key = contextKey(name);
  if (key === 'scratch' || key === 'context') return undefined;
  const wanted = [`${key}::${formatFullPlatform(platform)}`, key];
  const contexts = Object.entries(options.namedContexts ?? {}).map(
    ([written, context]) => {
      const [own, suffix] = written.split('::');
      const full = contextKey(own) + (suffix ? `::${suffix}` : '');
      return { full, context: { ...context, name: written } };
    },
  );
  for (const full of wanted) {
    const found = contexts.find(context => context.full === full);
    if (found) return found.context;
  }
  return undefined;
}
