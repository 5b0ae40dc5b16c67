import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ClusterState,
  RegistryState,
} from '../../cluster/clusterState.ts';
import { clusterPaths } from '../../cluster/paths.ts';
import { registryStorage } from '../../cluster/services/registries.ts';

const TYPES =
  'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';

/** The plain registry, as a client that already knows what it wants. */
export class Registry {
  readonly #state: RegistryState;
  readonly #storage: string;

  constructor(cluster: ClusterState) {
    this.#state = cluster.registries.plain;
    this.#storage = registryStorage(clusterPaths(cluster.name), 'plain');
  }

  /** Digest that a tag points to; `undefined` when there is none. */
  async digestOf(path: string, tag: string): Promise<string | undefined> {
    const response = await this.#fetch('HEAD', path, tag);
    return response.ok
      ? response.headers.get('docker-content-digest') ?? undefined
      : undefined;
  }

  /**
   * When the registry last moved a tag, in milliseconds since 1970: the time
   * of the file it keeps the tag in. Nobody has to ask all the time.
   */
  async movedAt(path: string, tag: string): Promise<number> {
    const { mtimeMs } = await stat(
      join(
        this.#storage,
        'docker/registry/v2/repositories',
        path,
        '_manifests/tags',
        tag,
        'current/link',
      ),
    );
    return mtimeMs;
  }

  /** Points a tag to a manifest of the same repository. */
  async moveTag(path: string, tag: string, digest: string): Promise<void> {
    const manifest = await this.#fetch('GET', path, digest);
    const type = manifest.headers.get('content-type') ?? '';
    const put = await this.#fetch('PUT', path, tag, {
      type,
      body: await manifest.text(),
    });
    if (!put.ok) {
      throw new Error(`tag ${path}:${tag}: ${put.status} ${await put.text()}`);
    }
  }

  #fetch(
    method: string,
    path: string,
    reference: string,
    content?: { type: string; body: string },
  ): Promise<Response> {
    const { host, username, password } = this.#state;
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    return fetch(`http://${host}/v2/${path}/manifests/${reference}`, {
      method,
      headers: {
        authorization: `Basic ${basic}`,
        accept: TYPES,
        ...(content && { 'content-type': content.type }),
      },
      body: content?.body,
    });
  }
}
