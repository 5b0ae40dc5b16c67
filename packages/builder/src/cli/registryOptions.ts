import { parseRegistry, type RegistryHostOptions } from '@buildog/oci';
import type { RegistryOptions } from '../build/BuildOptions';
import type { BuildFlags } from './buildCommand';
import type { FlagWorld } from './buildOptions';
import { parsePairs } from './parse/parsePair';
import type { ConfiguredBuild } from './readBuildConfig';

/** How registries are reached, from flags and configuration. */
export async function registryOptions(
  flags: Pick<BuildFlags, 'insecureRegistry' | 'registryMirror' | 'registryCa'>,
  { registries }: ConfiguredBuild,
  world: FlagWorld,
): Promise<RegistryOptions> {
  const hosts: Record<string, RegistryHostOptions> = { ...registries?.hosts };
  const add = (name: string, more: RegistryHostOptions) => {
    const host = parseRegistry(name);
    hosts[host] = { ...hosts[host], ...more };
  };
  for (const host of flags.insecureRegistry) add(host, { plainHttp: true });
  for (const written of flags.registryMirror) {
    const [[host, mirror]] = Object.entries(
      parsePairs('--registry-mirror', [written]),
    );
    const before = hosts[parseRegistry(host)]?.mirrors ?? [];
    add(host, { mirrors: [...before, mirror] });
  }
  const ca = flags.registryCa
    ? await world.readFile(flags.registryCa)
    : undefined;
  return { ...registries, hosts, ...(ca !== undefined && { ca }) };
}
