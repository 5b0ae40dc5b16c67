import type { BuildahSettings } from './buildahSettings';

/**
 * The settings about registries as a containers-registries.conf(5), version
 * 2. Strings are hosts and paths that the settings' schema admitted, so JSON's
 * quoting is TOML's.
 */
export function registriesConf(settings: BuildahSettings): string {
  const mirrors = new Map(Object.entries(settings.registryMap));
  if (settings.registryMirrors.length > 0) {
    const own = mirrors.get('docker.io') ?? [];
    mirrors.set('docker.io', [...own, ...settings.registryMirrors]);
  }
  const insecure = new Set([
    ...settings.insecureRegistries,
    ...settings.skipTlsVerifyRegistries,
  ]);
  const isInsecure = (location: string) => insecure.has(location.split('/')[0]);
  const lines = [
    `unqualified-search-registries = ${JSON.stringify(
      settings.shortNameRegistries,
    )}`,
    // Nobody is there to be asked which registry was meant.
    'short-name-mode = "permissive"',
  ];
  for (const host of new Set([...mirrors.keys(), ...insecure])) {
    const standIns = [...(mirrors.get(host) ?? [])];
    // With `mirrorsOnly` the last stand-in takes the registry's own place.
    const location =
      settings.mirrorsOnly && standIns.length > 0
        ? (standIns.pop() as string)
        : host;
    lines.push(
      '',
      '[[registry]]',
      `prefix = ${JSON.stringify(host)}`,
      `location = ${JSON.stringify(location)}`,
      `insecure = ${isInsecure(location)}`,
    );
    for (const mirror of standIns) {
      lines.push(
        '[[registry.mirror]]',
        `location = ${JSON.stringify(mirror)}`,
        `insecure = ${isInsecure(mirror)}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
