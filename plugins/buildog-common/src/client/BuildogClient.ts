import type { Build, BuildSummary } from '../model';
import type { z } from 'zod';
import { buildSchema, buildSummarySchema } from '../model';
import type {
  BuildogApi,
  LogPosition,
  LogStreamEvent,
} from '../api/BuildogApi';
import {
  branchesResponseSchema,
  entityStatusSchema,
  listBuildsResponseSchema,
  logStreamsResponseSchema,
  stepsResponseSchema,
} from '../api/requests';
import type {
  BranchesResponse,
  EntityStatus,
  ListBuildsQuery,
  ListBuildsResponse,
  LogStreamsResponse,
  StartBuildRequest,
  StepsResponse,
} from '../api/requests';
import { problemToError } from './problemToError';
import { streamLog } from './streamLog';

/**
 * What the client needs from its surroundings: Backstage's `DiscoveryApi` and
 * `FetchApi` in the browser, `discovery` and an authorised `fetch` in a
 * backend.
 * @public
 */
export interface BuildogClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  fetchApi: { fetch: typeof fetch };
}

/** Longest range that one `readLog` asks for, in bytes. */
const MAX_RANGE = 1024 * 1024;

/**
 * {@link BuildogApi} over HTTP. Answers are checked against the schemas, so
 * that a controller of another version shows as an error and not as an empty
 * page. Errors carry the names of `@backstage/errors`.
 * @public
 */
export class BuildogClient implements BuildogApi {
  readonly #options: BuildogClientOptions;

  constructor(options: BuildogClientOptions) {
    this.#options = options;
  }

  startBuild(
    request: StartBuildRequest,
    options?: { idempotencyKey?: string },
  ): Promise<BuildSummary> {
    return this.#post('builds', buildSummarySchema, {
      body: request,
      ...options,
    });
  }

  listBuilds(query: ListBuildsQuery): Promise<ListBuildsResponse> {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (Array.isArray(value)) value.forEach(v => search.append(key, v));
      else if (value !== undefined) search.set(key, String(value));
    }
    return this.#get(`builds?${search}`, listBuildsResponseSchema);
  }

  getBuild(id: string): Promise<Build> {
    return this.#get(`builds/${encodeURIComponent(id)}`, buildSchema);
  }

  getBuildByNumber(entityRef: string, number: number): Promise<Build> {
    return this.#get(`${entityPath(entityRef)}/builds/${number}`, buildSchema);
  }

  cancelBuild(id: string): Promise<BuildSummary> {
    return this.#command(id, 'cancel');
  }

  retryBuild(
    id: string,
    options?: { idempotencyKey?: string },
  ): Promise<BuildSummary> {
    return this.#command(id, 'retry', options);
  }

  rebuild(
    id: string,
    options?: { idempotencyKey?: string },
  ): Promise<BuildSummary> {
    return this.#command(id, 'rebuild', options);
  }

  getEntityStatus(entityRef: string): Promise<EntityStatus> {
    return this.#get(entityPath(entityRef), entityStatusSchema);
  }

  listBranches(entityRef: string): Promise<BranchesResponse> {
    return this.#get(
      `${entityPath(entityRef)}/branches`,
      branchesResponseSchema,
    );
  }

  listLogStreams(
    buildId: string,
    attemptId: string,
  ): Promise<LogStreamsResponse> {
    return this.#get(
      `${attemptPath(buildId, attemptId)}/logs`,
      logStreamsResponseSchema,
    );
  }

  listSteps(buildId: string, attemptId: string): Promise<StepsResponse> {
    return this.#get(
      `${attemptPath(buildId, attemptId)}/steps`,
      stepsResponseSchema,
    );
  }

  async readLog(position: LogPosition & { limit?: number }) {
    const search = new URLSearchParams({
      offset: String(position.offset ?? 0),
      limit: String(Math.min(position.limit ?? MAX_RANGE, MAX_RANGE)),
    });
    const response = await this.#fetch(`${logPath(position)}?${search}`);
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      size: Number(response.headers.get('x-log-size') ?? 0),
      complete: response.headers.get('x-log-complete') === 'true',
    };
  }

  streamLog(
    position: LogPosition,
    options?: { signal?: AbortSignal; onReconnect?: (at: Date) => void },
  ): AsyncIterable<LogStreamEvent> {
    return streamLog(
      {
        openStream: (offset, signal) =>
          this.#fetch(`${logPath(position)}/stream?offset=${offset}`, {
            headers: { accept: 'text/event-stream' },
            signal,
          }),
        readRange: offset => this.readLog({ ...position, offset }),
      },
      position,
      options,
    );
  }

  async logDownloadUrl(position: LogPosition): Promise<string> {
    const base = await this.#options.discoveryApi.getBaseUrl('buildog');
    return `${base}/v1/${logPath(position)}/download`;
  }

  #command(
    id: string,
    verb: 'cancel' | 'retry' | 'rebuild',
    options?: { idempotencyKey?: string },
  ): Promise<BuildSummary> {
    return this.#post(
      `builds/${encodeURIComponent(id)}/${verb}`,
      buildSummarySchema,
      options,
    );
  }

  async #get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const response = await this.#fetch(path);
    return schema.parse(await response.json());
  }

  async #post<T>(
    path: string,
    schema: z.ZodType<T>,
    options: { body?: unknown; idempotencyKey?: string } = {},
  ): Promise<T> {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
    };
    if (options.idempotencyKey) {
      headers['idempotency-key'] = options.idempotencyKey;
    }
    const response = await this.#fetch(path, {
      method: 'POST',
      headers,
      body: JSON.stringify(options.body ?? {}),
    });
    return schema.parse(await response.json());
  }

  async #fetch(path: string, init?: RequestInit): Promise<Response> {
    const base = await this.#options.discoveryApi.getBaseUrl('buildog');
    const response = await this.#options.fetchApi.fetch(
      `${base}/v1/${path}`,
      init,
    );
    if (!response.ok) throw await problemToError(response);
    return response;
  }
}

function entityPath(entityRef: string): string {
  const match = /^([^:/]+):([^/]+)\/(.+)$/.exec(entityRef);
  if (!match) {
    throw new TypeError(
      `"${entityRef}" is not a full entity ref, for example component:default/name`,
    );
  }
  return `entities/${match.slice(1).map(encodeURIComponent).join('/')}`;
}

function attemptPath(buildId: string, attemptId: string): string {
  return `builds/${encodeURIComponent(buildId)}/attempts/${encodeURIComponent(
    attemptId,
  )}`;
}

function logPath(position: LogPosition): string {
  return `${attemptPath(
    position.buildId,
    position.attemptId,
  )}/logs/${encodeURIComponent(position.container)}`;
}
