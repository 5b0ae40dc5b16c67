import type { BuildogConfig } from './BuildogConfig';

/**
 * Names in the configuration that point to nothing, and names given twice.
 * @returns one line for each: key, value and remedy.
 */
export function checkReferences(config: BuildogConfig): string[] {
  const { clusters } = config.runner.kubernetes;
  const { local } = config.runner;
  const names = [
    ...clusters.map(cluster => cluster.name),
    // The runner of this machine has its name to itself.
    ...(local.enabled ? ['local'] : []),
  ];
  const { embeddedRegistry } = config;
  const schedulers = Object.keys(config.schedulers);
  const hosts = [
    ...config.registries.map(registry => registry.host),
    ...(embeddedRegistry.enabled
      ? [`${embeddedRegistry.host}:${embeddedRegistry.port}`]
      : []),
  ];
  const { scheduler, cluster, registry } = config.defaults;
  return [
    ...duplicates(names).map(
      name =>
        `buildog.runner.kubernetes.clusters has ${name} twice; give each cluster a name of its own`,
    ),
    ...duplicates(hosts).map(
      host => `buildog.registries has ${host} twice; keep one entry`,
    ),
    ...(scheduler && !schedulers.includes(scheduler)
      ? [
          `buildog.defaults.scheduler is ${scheduler}, which buildog.schedulers does not have; use one of: ${
            schedulers.join(', ') || 'none is configured'
          }`,
        ]
      : []),
    ...(cluster && !names.includes(cluster)
      ? [
          `buildog.defaults.cluster is ${cluster}, which buildog.runner.kubernetes.clusters does not have; use one of: ${
            names.join(', ') || 'none is configured'
          }`,
        ]
      : []),
    ...(config.logs.transport === 'sidecar' && !config.ingest.url
      ? [
          'buildog.logs.transport is sidecar, which needs buildog.ingest.url, the address pods push their logs to',
        ]
      : []),
    ...(registry && !hosts.includes(registry)
      ? [
          `buildog.defaults.registry is ${registry}, which buildog.registries does not have; add an entry with its credentials`,
        ]
      : []),
  ];
}

function duplicates(values: string[]): string[] {
  return [...new Set(values.filter((v, i) => values.indexOf(v) !== i))];
}
