import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Credential } from '../auth/Credential';
import { Keychain } from '../auth/Keychain';
import { RegistryClient } from '../client/RegistryClient';
import { RegistryClientOptions } from '../client/RegistryClientOptions';
import { sha256 } from '../digest/Digest';
import { Repository } from '../reference/Reference';
import { ClusterRegistry } from './clusterRegistries';
import { Skopeo } from './Skopeo';
import { LayoutWriter, temporaryDirectory } from './writeLayout';

/** A user of a registry; `undefined` is nobody. */
export type User =
  | { readonly username: string; readonly password: string }
  | undefined;

/** A client for one registry of the cluster, as the given user. */
export function clientFor(
  registry: ClusterRegistry,
  user: User,
  options: RegistryClientOptions = {},
): RegistryClient {
  const { host, scheme, caFile } = registry;
  const credential = user && Credential.basic(user.username, user.password);
  const keychain: Keychain = {
    find: async asked => (asked.registry === host ? credential : undefined),
  };
  return RegistryClient.create({
    keychain,
    hosts: { [host]: { plainHttp: scheme === 'http' } },
    // For the token server as well, which is another host.
    ...(caFile && { ca: readFileSync(caFile, 'utf8') }),
    proxy: 'none',
    retry: { attempts: 2, baseMs: 10 },
    ...options,
  });
}

/** What a test against one real registry works with: repositories of its own. */
export class RegistryBench {
  private readonly directories: string[] = [];
  private readonly run = randomBytes(4).toString('hex');

  private constructor(
    readonly registry: ClusterRegistry,
    readonly client: RegistryClient,
    readonly skopeo: Skopeo,
  ) {}

  static async open(registry: ClusterRegistry): Promise<RegistryBench> {
    return new RegistryBench(
      registry,
      clientFor(registry, registry),
      await Skopeo.for(registry),
    );
  }

  repository(suffix: string): Repository {
    return {
      registry: this.registry.host,
      path: `oci-contract/${this.run}/${suffix}`,
    };
  }

  /** A writer for a new layout, removed at the end. */
  async layout(): Promise<LayoutWriter> {
    const directory = await temporaryDirectory();
    this.directories.push(directory);
    return new LayoutWriter(directory);
  }

  /** Puts text as a blob. */
  async putText(to: Repository, text: string) {
    const bytes = Buffer.from(text);
    const blob = { digest: sha256(bytes), size: bytes.length };
    await this.client.putBlob(to, {
      ...blob,
      open: () => Readable.from([bytes]),
    });
    return blob;
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.skopeo.close();
    await Promise.all(
      this.directories.map(path => rm(path, { recursive: true, force: true })),
    );
  }
}
