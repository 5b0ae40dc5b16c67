import type { Build, BuildSummary } from '@buildog/plugin-buildog-common';
import { waitUntil } from './waitUntil.ts';

const TERMINAL = ['Succeeded', 'Failed', 'Rejected', 'Superseded', 'Canceled'];

/** An answer of the API as it came. */
export interface RawAnswer {
  status: number;
  body: any;
}

/**
 * The controller's API over plain `fetch`, so that the tests see what any
 * client sees. `request` never throws for a refusal.
 */
export class BuildogClient {
  readonly #baseUrl: string;
  readonly #token: string | undefined;

  constructor(baseUrl: string, token?: string) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  /** Signs in as the demo's guest. */
  static async asGuest(baseUrl: string): Promise<BuildogClient> {
    const response = await fetch(`${baseUrl}/api/auth/guest/refresh`, {
      method: 'POST',
    });
    const session = (await response.json()) as {
      backstageIdentity: { token: string };
    };
    return new BuildogClient(baseUrl, session.backstageIdentity.token);
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> {
    const response = await fetch(`${this.#baseUrl}/api/buildog/v1/${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(this.#token && { authorization: `Bearer ${this.#token}` }),
        ...headers,
      },
      body:
        typeof body === 'string' || body === undefined
          ? body
          : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      body: isJson && text ? JSON.parse(text) : text,
    };
  }

  async start(
    entityRef: string,
    request: { branch?: string; revision?: string } = {},
  ): Promise<BuildSummary> {
    return this.#expect('POST', 'builds', { entityRef, ...request });
  }

  get(id: string): Promise<Build> {
    return this.#expect('GET', `builds/${id}`);
  }

  cancel(id: string): Promise<BuildSummary> {
    return this.#expect('POST', `builds/${id}/cancel`, {});
  }

  /** The build once `reached` holds of it. */
  until(
    id: string,
    what: string,
    reached: (build: Build) => boolean,
    timeoutMs = 120_000,
  ): Promise<Build> {
    return waitUntil(
      `build ${id} ${what}`,
      async () => {
        const build = await this.get(id);
        if (reached(build)) return build;
        if (TERMINAL.includes(build.phase)) {
          throw new Error(
            `it is ${build.phase}: ${build.reason?.code} ${build.reason?.message}`,
          );
        }
        return undefined;
      },
      timeoutMs,
    );
  }

  /** The build once nothing happens to it any more. */
  untilFinished(id: string, timeoutMs?: number): Promise<Build> {
    return this.until(
      id,
      'to finish',
      build => TERMINAL.includes(build.phase),
      timeoutMs,
    );
  }

  /** A container's log without its timestamps. */
  async log(build: Build, container = 'build'): Promise<string> {
    const attempt = build.tasks[0].attempts.at(-1);
    const { body } = await this.request(
      'GET',
      `builds/${build.id}/attempts/${attempt?.id}/logs/${container}/download?timestamps=false`,
    );
    return String(body);
  }

  async #expect<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.request(method, path, body);
    if (answer.status >= 300) {
      throw new Error(
        `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`,
      );
    }
    return answer.body as T;
  }
}
