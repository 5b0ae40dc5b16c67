import { readFile } from 'node:fs/promises';
import {
  Credential,
  dockerConfigFile,
  type Keychain,
  RegistryClient,
} from '@buildog/oci';
import type { ProxyConfig, RegistryConfig } from '../config';

/**
 * The credential of `buildog.registries` for exactly that host. Files are
 * read on every question, so that a rotated secret is used at once.
 */
export function configuredKeychain(
  registries: readonly RegistryConfig[],
): Keychain {
  const byHost = new Map(registries.map(entry => [entry.host, entry]));
  return {
    async find(repository) {
      const entry = byHost.get(repository.registry);
      if (!entry) return undefined;
      if (entry.dockerConfigFile) {
        return dockerConfigFile(entry.dockerConfigFile, {
          required: true,
        }).find(repository);
      }
      if (!entry.username) return undefined;
      const password =
        entry.password ??
        (await readFile(entry.passwordFile ?? '', 'utf8')).trim();
      return Credential.basic(entry.username, password);
    },
  };
}

/**
 * A client with the hosts, authorities and credentials of app-config. An
 * authority counts for every host, because a registry's token server is often
 * another one than the registry.
 */
export async function createRegistryClient(
  registries: readonly RegistryConfig[],
  proxy?: ProxyConfig,
): Promise<RegistryClient> {
  const caFiles = new Set(registries.flatMap(({ caFile }) => caFile ?? []));
  return RegistryClient.create({
    keychain: configuredKeychain(registries),
    ca: await Promise.all([...caFiles].map(file => readFile(file, 'utf8'))),
    hosts: Object.fromEntries(
      registries.map(({ host, insecure, mirrors }) => [
        host,
        { plainHttp: insecure, mirrors },
      ]),
    ),
    ...(proxy && {
      proxy: {
        httpProxy: proxy.http,
        httpsProxy: proxy.https,
        noProxy: proxy.noProxy.join(','),
      },
    }),
  });
}
