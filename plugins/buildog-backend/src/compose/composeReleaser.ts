import { readFile } from 'node:fs/promises';
import type { RegistryClient } from '@buildog/oci';
import type { BuildogConfig } from '../config';
import type { BuildSnapshot } from '../domain/BuildSnapshot';
import { CosignKeySigner } from '../release/cosign/CosignKeySigner';
import { createRegistryClient } from '../release/registryClient';
import { RegistryReleaser } from '../release/RegistryReleaser';

/** The releaser of this process, and what people verify its work with. */
export interface ComposedReleaser {
  client: RegistryClient;
  releaser: RegistryReleaser;
  /** PEM; absent when images stay unsigned. */
  publicKey?: string;
  verifyCommand(snapshot: BuildSnapshot): string | undefined;
}

/**
 * A releaser with the registries and the key of app-config.
 * @throws CosignKeyError, or Error that names a file which cannot be read.
 */
export async function composeReleaser(
  config: BuildogConfig,
): Promise<ComposedReleaser> {
  const client = await createRegistryClient(config.registries, config.proxy);
  const signer = await createSigner(config, client);
  const hosts = config.registries.map(registry => registry.host);
  return {
    client,
    releaser: new RegistryReleaser({ client, hosts, signer }),
    publicKey: signer?.publicKey,
    verifyCommand({ build }) {
      const [image] = build.images;
      if (!signer || !image) return undefined;
      return `cosign verify --key cosign.pub --insecure-ignore-tlog=true ${image.repository}@${image.digest}`;
    },
  };
}

async function createSigner(
  { signing }: BuildogConfig,
  client: RegistryClient,
): Promise<CosignKeySigner | undefined> {
  const { cosign } = signing;
  if (!cosign) return undefined;
  const { key, keyFile, password, passwordFile } = cosign;
  return CosignKeySigner.create({
    client,
    key: key ?? (await readFile(keyFile ?? '', 'utf8')),
    password:
      password ??
      (passwordFile && (await readFile(passwordFile, 'utf8')).trimEnd()),
    name: 'cosign',
  });
}
