import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { request, type Dispatcher } from 'undici';
import { agentEnvironment, agentPaths } from '../protocol';
import { AgentError, createDispatcher } from '../program';
import { podView, type PodView } from './podView';

const POD_TIMEOUT_MILLISECONDS = 10_000;

/** Answer to the question for a log. */
export type OpenedLog =
  | { state: 'open'; body: Readable }
  /** The container has not started, or its log is not there (any more). */
  | { state: 'absent' }
  | { state: 'gone' };

/** How to reach the API server. */
export interface KubeClientOptions {
  /** Without a final slash. */
  baseUrl: string;
  namespace: string;
  podName: string;
  /** Read anew for each request: Kubernetes replaces it. */
  tokenPath: string;
  ca?: string;
}

/**
 * The two requests the sidecar's service account may make: get its own pod,
 * and get the logs of the pod's containers.
 */
export class KubeClient {
  readonly #options: KubeClientOptions;
  readonly #dispatcher: Dispatcher;

  private constructor(options: KubeClientOptions) {
    this.#options = options;
    this.#dispatcher = createDispatcher({
      onlyCa: options.ca,
      // A container may be silent for hours.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  static create(options: KubeClientOptions): KubeClient {
    return new KubeClient(options);
  }

  /**
   * Reads everything from what Kubernetes puts into every container.
   *
   * @throws AgentError `InputInvalid` naming what is missing
   */
  static async fromPod(env: NodeJS.ProcessEnv): Promise<KubeClient> {
    const host = required(env, 'KUBERNETES_SERVICE_HOST');
    const port = required(env, 'KUBERNETES_SERVICE_PORT');
    const namespace = required(env, agentEnvironment.podNamespace);
    const podName = required(env, agentEnvironment.podName);
    const directory = agentPaths.serviceAccount;
    const ca = await readFile(join(directory, 'ca.crt'), 'utf8').catch(
      cause => {
        throw new AgentError(
          'InputInvalid',
          `${directory}/ca.crt cannot be read: the sidecar needs its service account's token volume.`,
          { cause },
        );
      },
    );
    return new KubeClient({
      baseUrl: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      namespace,
      podName,
      tokenPath: join(directory, 'token'),
      ca,
    });
  }

  /** The pod as it is now, or `gone`. Rejects when there is no clear answer. */
  async getPod(signal: AbortSignal): Promise<PodView | 'gone'> {
    const answer = await this.#get(
      '',
      AbortSignal.any([signal, AbortSignal.timeout(POD_TIMEOUT_MILLISECONDS)]),
    );
    if (answer.statusCode === 200) return podView(await answer.body.json());
    await discard(answer);
    if (answer.statusCode === 404) return 'gone';
    throw refusal('the pod', answer.statusCode);
  }

  /**
   * Opens a container's log from its beginning, with timestamps. Rejects when
   * the API server or the kubelet can't be reached.
   */
  async openLog(
    container: string,
    { follow, signal }: { follow: boolean; signal: AbortSignal },
  ): Promise<OpenedLog> {
    const query = new URLSearchParams({
      container,
      follow: String(follow),
      timestamps: 'true',
    });
    const answer = await this.#get(`/log?${query}`, signal);
    if (answer.statusCode === 200) return { state: 'open', body: answer.body };
    await discard(answer);
    if (answer.statusCode === 400) return { state: 'absent' };
    if (answer.statusCode === 404) {
      // Either the pod or only the log is not there; the pod's own answer tells.
      const pod = await this.getPod(signal);
      return { state: pod === 'gone' ? 'gone' : 'absent' };
    }
    throw refusal(`the log of ${container}`, answer.statusCode);
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #get(path: string, signal: AbortSignal) {
    const { baseUrl, namespace, podName, tokenPath } = this.#options;
    const token = (await readFile(tokenPath, 'utf8')).trim();
    const pod = `namespaces/${encodeURIComponent(
      namespace,
    )}/pods/${encodeURIComponent(podName)}`;
    return request(`${baseUrl}/api/v1/${pod}${path}`, {
      dispatcher: this.#dispatcher,
      signal,
      headers: { authorization: `Bearer ${token}` },
    });
  }
}

async function discard(answer: Dispatcher.ResponseData): Promise<void> {
  await answer.body.dump({ limit: 65_536 }).catch(() => undefined);
}

function refusal(what: string, status: number): AgentError {
  return status === 401 || status === 403
    ? new AgentError(
        'LogForbidden',
        `The API server does not let the sidecar read ${what} (${status}): its role must allow get on pods and pods/log.`,
      )
    : new AgentError(
        'LogUnavailable',
        `The API server answered ${status} to the question for ${what}.`,
      );
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) {
    throw new AgentError(
      'InputInvalid',
      `The environment variable ${name} is not set.`,
    );
  }
  return value;
}
