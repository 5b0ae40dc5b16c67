import { formatPlatform } from '@buildog/plugin-buildog-common';
import type { Reason } from '@buildog/plugin-buildog-common';
import type { BuildPlan } from './BuildPlan';
import { PLAN_VERSION } from './BuildPlan';
import type { BuildRow } from './BuildRow';
import type { DecideContext } from './DecideContext';
import { derivedId } from './names';
import { reason } from './reason';
import { branchTag, renderTag } from './tags';

/** A plan, or why policy has none for this build. */
export type PlanResult =
  | { ok: true; plan: BuildPlan }
  | { ok: false; reason: Reason };

/** Name of the only variant until a build config declares others. */
export const DEFAULT_VARIANT = 'default';

/**
 * What a build will do: its tasks, tags, destinations and labels, from what
 * was asked and what the administrators configured. Frozen with the build.
 * Pure.
 */
export function plan(
  build: BuildRow,
  revision: string,
  { defaults }: Pick<DecideContext, 'defaults'>,
): PlanResult {
  const { inputs } = build;
  const platforms = inputs.platforms ?? defaults.platforms;
  if (platforms.length !== 1) {
    return denied(
      `This build asks for ${
        platforms.map(formatPlatform).join(', ') || 'no platform'
      }. Set one platform: an image index of several is not released yet.`,
    );
  }
  const tags = planTags(build, revision, defaults);
  if (!tags.ok) return tags;
  return {
    ok: true,
    plan: {
      planVersion: PLAN_VERSION,
      scheduler: inputs.scheduler ?? defaults.scheduler,
      cluster: inputs.cluster ?? defaults.cluster,
      logTransport: defaults.logTransport,
      dockerfile: inputs.dockerfile,
      context: inputs.context,
      tasks: platforms.map(platform => ({
        id: derivedId(build.id, DEFAULT_VARIANT, formatPlatform(platform)),
        variant: DEFAULT_VARIANT,
        platform,
        target: inputs.target,
        buildArgs: withRevision(inputs.buildArgs ?? {}, revision),
      })),
      destinations: inputs.destinations,
      tags: tags.tags,
      labels: {
        'org.opencontainers.image.source': inputs.repositoryUrl,
        'org.opencontainers.image.revision': revision,
        'org.opencontainers.image.created': build.createdAt.toISOString(),
      },
      resources: defaults.resources,
      deadlineSeconds: defaults.deadlineSeconds,
      maxAttempts: defaults.maxAttempts,
    },
  };
}

/** `{sha}` in a value stands for the commit, as it does in tags. */
function withRevision(
  buildArgs: Record<string, string>,
  revision: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(buildArgs).map(([name, value]) => [
      name,
      value.replaceAll('{sha}', revision),
    ]),
  );
}

function planTags(
  build: BuildRow,
  revision: string,
  defaults: DecideContext['defaults'],
): { ok: true; tags: string[] } | { ok: false; reason: Reason } {
  const { branch, number, createdAt } = build;
  const { timeZone } = defaults;
  const own = renderTag(defaults.tagTemplate, {
    revision,
    branch,
    number,
    createdAt,
    timeZone,
  });
  if (!own.ok) return denied(`No tag for this build: ${own.why}.`);
  const tags = [own.tag];
  const following =
    defaults.branchTag && branch ? branchTag(branch) : undefined;
  if (following && following !== own.tag) tags.push(following);
  return { ok: true, tags };
}

function denied(message: string): { ok: false; reason: Reason } {
  return { ok: false, reason: reason('PolicyDenied', message) };
}
