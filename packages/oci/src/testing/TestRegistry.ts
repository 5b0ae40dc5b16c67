import { rm } from 'node:fs/promises';
import { request } from 'undici';
import { Digest, sha256 } from '../digest/Digest';
import { mediaTypes } from '../model/mediaTypes';
import { EmbeddedRegistry, RegistryOptions } from '../server/RegistryOptions';
import { startRegistry } from '../server/startRegistry';
import { temporaryDirectory } from './writeLayout';

/** What a registry answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** The codes of an error answer. */
  readonly codes: string[];
}

/** What is sent besides method and path. */
export interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
  /** `null` sends none. Default: the user who may push. */
  readonly user?: string | null;
}

const password = 'a long password';

/** The embedded registry, with requests written by hand. */
export class TestRegistry {
  private running?: EmbeddedRegistry;

  private constructor(
    readonly root: string,
    private readonly options: Partial<RegistryOptions>,
  ) {}

  static async start(
    options: Partial<RegistryOptions> = {},
  ): Promise<TestRegistry> {
    const registry = new TestRegistry(await temporaryDirectory(), options);
    await registry.open();
    return registry;
  }

  get registry(): EmbeddedRegistry {
    if (!this.running) throw new Error('the registry is not running');
    return this.running;
  }

  /** Starts over the same root. */
  async open(): Promise<void> {
    this.running = await startRegistry({
      root: this.root,
      credentials: [
        { username: 'pusher', password },
        { username: 'puller', password, access: 'pull' },
      ],
      ...this.options,
    });
  }

  /** Stops and starts, as a new process would. */
  async restart(): Promise<void> {
    await this.registry.close();
    await this.open();
  }

  async close(): Promise<void> {
    await this.registry.close();
    await rm(this.root, { recursive: true });
  }

  async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const { headers, body, user = 'pusher' } = sent;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString(
      'base64',
    )}`;
    const answer = await request(new URL(path, this.registry.url), {
      method: method as 'GET',
      headers: { ...(user !== null && { authorization }), ...headers },
      body,
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    return {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string>,
      body: bytes,
      codes: codesOf(answer.statusCode, bytes),
    };
  }

  /** Pushes a blob in one request; gives its digest. */
  async blob(repository: string, content: string): Promise<Digest> {
    const digest = sha256(content);
    const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
    mustBe(201, await this.send('POST', path, { body: content }));
    return digest;
  }

  /** Opens an upload; gives its path. */
  async upload(repository: string): Promise<string> {
    const answer = await this.send('POST', `/v2/${repository}/blobs/uploads/`);
    mustBe(202, answer);
    return answer.headers.location;
  }

  /** Pushes an image without layers, by tag or digest; gives the answer. */
  async manifest(
    repository: string,
    fields: object = {},
    reference?: string,
  ): Promise<Answer & { digest: Digest }> {
    const config = await this.blob(repository, '{}');
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: { mediaType: mediaTypes.ociEmpty, digest: config, size: 2 },
      layers: [],
      ...fields,
    });
    const digest = sha256(text);
    const path = `/v2/${repository}/manifests/${reference ?? digest}`;
    const headers = { 'content-type': mediaTypes.ociManifest };
    return {
      digest,
      ...(await this.send('PUT', path, { headers, body: text })),
    };
  }
}

function mustBe(status: number, answer: Answer): void {
  if (answer.status === status) return;
  throw new Error(`answered ${answer.status}: ${answer.body}`);
}

function codesOf(status: number, body: Buffer): string[] {
  if (status < 400 || body.length === 0) return [];
  const { errors } = JSON.parse(body.toString()) as {
    errors: { code: string }[];
  };
  return errors.map(({ code }) => code);
}
