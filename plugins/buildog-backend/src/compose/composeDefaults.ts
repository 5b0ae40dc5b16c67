import { createHash } from 'node:crypto';
import type { BuildogConfig } from '../config';
import type { BuildDefaults } from '../domain/BuildDefaults';

/**
 * What the configuration says about every build. Without a scheduler or
 * cluster the names are empty: such builds fail with a reason that says so,
 * and none is let in while the tab says what is missing.
 */
export function composeDefaults(
  config: BuildogConfig,
  composed: {
    schedulers: Iterable<string>;
    runners: Iterable<string>;
    transport: string;
  },
): BuildDefaults {
  const { defaults, timeZone } = config;
  const [firstScheduler = ''] = composed.schedulers;
  const [firstRunner = ''] = composed.runners;
  const policy = {
    scheduler: defaults.scheduler ?? firstScheduler,
    cluster: defaults.cluster ?? firstRunner,
    platforms: defaults.platforms,
    resources: defaults.resources,
    deadlineSeconds: defaults.deadline,
    maxAttempts: defaults.maxAttempts,
    tagTemplate: defaults.tagTemplate,
    branchTag: defaults.branchTag,
    timeZone,
    logTransport: composed.transport,
  };
  return {
    ...policy,
    revision: createHash('sha256')
      .update(JSON.stringify(policy))
      .digest('hex')
      .slice(0, 12),
  };
}
