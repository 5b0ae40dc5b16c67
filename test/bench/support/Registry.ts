import { setTimeout as sleep } from 'node:timers/promises';
import type { RegistryState } from '../../cluster/clusterState.ts';
import { now } from './now.ts';

const TYPES =
  'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
/** How often a tag is looked at, which is how exactly its move is known. */
const LOOK_MS = 10;

/** The plain registry, as a client that already knows what it wants. */
export class Registry {
  readonly #state: RegistryState;

  constructor(state: RegistryState) {
    this.#state = state;
  }

  /** Digest that a tag points to; `undefined` when there is none. */
  async digestOf(path: string, tag: string): Promise<string | undefined> {
    const response = await this.#fetch('HEAD', path, tag);
    return response.ok
      ? response.headers.get('docker-content-digest') ?? undefined
      : undefined;
  }

  /**
   * When a tag was first seen to point elsewhere than to `before`, in
   * milliseconds since 1970. Rejects with the signal's reason.
   */
  async tagMoved(
    path: string,
    tag: string,
    before: string | undefined,
    signal: AbortSignal,
  ): Promise<number> {
    for (;;) {
      signal.throwIfAborted();
      const digest = await this.digestOf(path, tag);
      if (digest !== undefined && digest !== before) return now();
      await sleep(LOOK_MS);
    }
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
