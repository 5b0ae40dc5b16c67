import { readFile } from 'node:fs/promises';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';

/** An object of Kubernetes, as far as its kind does not matter. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec?: any;
  status?: any;
  data?: Record<string, string>;
  type?: string;
}

/** A change that a watch told, with the time it arrived. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject;
}

/**
 * The API server as a quick client sees it: kept connections, no rate limit,
 * nothing that would add to what is measured. Signed in as the test cluster's
 * administrator.
 */
export class ClusterApi {
  readonly #server: string;
  readonly #agent: https.Agent;

  private constructor(server: string, agent: https.Agent) {
    this.#server = server;
    this.#agent = agent;
  }

  /** @param kubeconfig - a file in JSON, with certificates inside */
  static async open(kubeconfig: string): Promise<ClusterApi> {
    const config = JSON.parse(await readFile(kubeconfig, 'utf8'));
    const { cluster } = config.clusters[0];
    const { user } = config.users[0];
    const pem = (base64: string) => Buffer.from(base64, 'base64');
    const agent = new https.Agent({
      keepAlive: true,
      ca: pem(cluster['certificate-authority-data']),
      cert: pem(user['client-certificate-data']),
      key: pem(user['client-key-data']),
    });
    return new ClusterApi(cluster.server, agent);
  }

  /**
   * One request with a JSON answer.
   * @throws Error with the API server's own words, for a status from 300 on.
   */
  async request<T = KubeObject>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<T> {
    const response = await this.#send(method, path, body);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    if ((response.statusCode ?? 500) >= 300) {
      throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
    }
    return JSON.parse(text) as T;
  }

  /** The objects below a path, for example `/api/v1/namespaces/x/pods`. */
  async list(path: string): Promise<KubeObject[]> {
    return (await this.request<{ items: KubeObject[] }>('GET', path)).items;
  }

  /** Changes below a path, until the signal aborts. */
  async *watch(
    path: string,
    query: Record<string, string>,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent> {
    const search = new URLSearchParams({ watch: 'true', ...query });
    const response = await this.#send('GET', `${path}?${search}`, undefined);
    signal.addEventListener('abort', () => response.destroy(), { once: true });
    let rest = '';
    try {
      for await (const chunk of response.setEncoding('utf8')) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line) as WatchEvent;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, body: unknown): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = https.request(this.#server + path, {
        method,
        agent: this.#agent,
        headers: {
          accept: 'application/json',
          ...(text !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          }),
        },
      });
      request.on('response', resolve);
      request.on('error', reject);
      request.end(text);
    });
  }
}
