import type { OssbSettings } from './ossbSettings';

/** How registries are reached, as the builder's configuration file says it. */
export function registrySettings(settings: OssbSettings): object {
  const mirrors: Record<string, string[]> = { ...settings.registryMap };
  if (settings.registryMirrors.length > 0) {
    mirrors['docker.io'] = [
      ...(mirrors['docker.io'] ?? []),
      ...settings.registryMirrors,
    ];
  }
  return {
    registry_config: {
      Insecure: settings.insecureRegistries,
      Mirrors: mirrors,
    },
  };
}
