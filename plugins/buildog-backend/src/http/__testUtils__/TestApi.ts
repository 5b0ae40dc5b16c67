import assert from 'node:assert/strict';
import type { AuditorServiceEvent } from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { SourceError } from '@buildog/plugin-buildog-node';
import { MemoryLogStore } from '@buildog/plugin-buildog-node/testing';
import { ConfigReader } from '@backstage/config';
import express from 'express';
import type { Knex } from 'knex';
import request from 'supertest';
import { readEntity } from '../../catalog/readEntity';
import { readConfig } from '../../config';
import { LogHub } from '../../logs/LogHub';
import { LogIngest } from '../../logs/LogIngest';
import type { DatabaseBuildStore } from '../../store/DatabaseBuildStore';
import { openStore } from '../../store/__testUtils__/testStores';
import { BuildAccess } from '../access/BuildAccess';
import { createRouter } from '../createRouter';
import type { ControllerCommands, HttpContext } from '../HttpContext';
import { entities } from './entities';
import { OpenApi } from './OpenApi';
import { testPermissions, testPermissionsRegistry } from './permissions';

const openApi = OpenApi.load();

const settings = readConfig(
  new ConfigReader({
    buildog: {
      runner: {
        kubernetes: {
          clusters: [
            {
              name: 'prod',
              access: { type: 'inCluster' },
              namespace: 'builds',
              agentImage: 'registry.example.com/agent',
            },
          ],
        },
      },
      registries: [{ host: 'registry.example.com' }],
      defaults: { registry: 'registry.example.com' },
    },
  }),
);

/** A call of the API. */
export interface Call {
  /** Name of the user; `nobody` sends no token. Default: owner. */
  as?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * The routes on a real store, with a catalog, permissions and a controller of
 * the tests. Every answer is held against `openapi.yaml`.
 */
export class TestApi {
  readonly audit: { eventId: string; outcome: 'succeeded' | 'failed' }[] = [];
  readonly controller = {
    wake: jest.fn<void, [string]>(),
    pause: jest.fn(async () => this.store.setAdmissionMode('Paused', 'x')),
    drain: jest.fn(async () => this.store.setAdmissionMode('Draining', 'x')),
    resume: jest.fn(async () => this.store.setAdmissionMode('Open', 'x')),
    health: jest.fn<ReturnType<ControllerCommands['health']>, []>(() => ({
      ok: true,
      mode: 'Open',
      passes: 0,
    })),
    listSteps: jest.fn<
      ReturnType<ControllerCommands['listSteps']>,
      [string, string]
    >(async () => []),
  };
  readonly hub = new LogHub({ store: new MemoryLogStore(), checkMs: 20 });
  readonly stopping = new AbortController();
  readonly context: HttpContext;
  readonly app: express.Express;

  static async create(knex: Knex): Promise<TestApi> {
    return new TestApi(await openStore(knex));
  }

  private constructor(readonly store: DatabaseBuildStore) {
    this.context = this.#createContext();
    this.app = express().use(createRouter(this.context));
  }

  /** Sends a request; fails when the answer is none that openapi.yaml knows. */
  async call(method: 'GET' | 'POST', path: string, call: Call = {}) {
    const { as = 'owner', body, headers = {} } = call;
    const verb = method === 'GET' ? 'get' : 'post';
    const sent = request(this.app)[verb](path).set(headers);
    if (as !== 'nobody') {
      sent.set(
        'authorization',
        mockCredentials.user.header(`user:default/${as}`),
      );
    }
    const answer = await (body === undefined
      ? sent
      : sent.send(body as object));
    assert.deepEqual(
      openApi.problems(method, path.split('?')[0], {
        status: answer.status,
        type: answer.type,
        body: answer.body,
      }),
      [],
    );
    return answer;
  }

  get(path: string, call?: Call) {
    return this.call('GET', path, call);
  }

  post(path: string, call?: Call) {
    return this.call('POST', path, call);
  }

  /** Starts a build of `component:default/app` and returns its id. */
  async start(body: object = {}): Promise<string> {
    const { body: build } = await this.post('/v1/builds', {
      as: 'admin',
      body: { entityRef: 'component:default/app', ...body },
    });
    return build.id;
  }

  /** Number of builds in the database. */
  async countBuilds(): Promise<number> {
    return (await this.store.listBuilds({ limit: 100 })).items.length;
  }

  #createContext(): HttpContext {
    const { hub, store } = this;
    return {
      httpAuth: mockServices.httpAuth({
        defaultCredentials: mockCredentials.none(),
      }),
      catalog: catalogWithSecrets(),
      auditor: mockServices.auditor.mock({
        createEvent: async ({ eventId }) => this.#auditEvent(eventId),
      }),
      logger: mockServices.logger.mock(),
      access: new BuildAccess(testPermissions(), testPermissionsRegistry()),
      store,
      controller: this.controller,
      logStore: hub.store,
      logs: hub,
      stopping: this.stopping.signal,
      ingest: new LogIngest({
        store: hub.store,
        authorize: (attemptId, hash) => store.authorizeIngest(attemptId, hash),
      }),
      ingestLimitBytes: 1024 * 1024,
      buildArgs: { COLOUR: 'blue' },
      publicKey: '-----BEGIN PUBLIC KEY-----\n',
      readEntity: entity => readEntity(entity, settings),
      checkSource: async url => {
        if (url.includes('10.0.0.1')) throw notAllowed();
      },
      listBranches: async () => ({
        defaultBranch: 'main',
        branches: [{ name: 'main', revision: 'a'.repeat(40) }],
      }),
      sourceUrl: () => 'https://git.example.com/team/app/tree/x',
      verifyCommand: () => undefined,
    };
  }

  #auditEvent(eventId: string): AuditorServiceEvent {
    return {
      success: async () => {
        this.audit.push({ eventId, outcome: 'succeeded' });
      },
      fail: async () => {
        this.audit.push({ eventId, outcome: 'failed' });
      },
    };
  }
}

/** A catalog in which only `admin` may read `component:default/hidden`. */
function catalogWithSecrets(): CatalogService {
  const catalog = catalogServiceMock({ entities });
  const hides = (
    ref: unknown,
    { credentials }: { credentials: { principal: unknown } },
  ) =>
    String(ref).endsWith('/hidden') &&
    (credentials.principal as { userEntityRef?: string }).userEntityRef !==
      'user:default/admin';
  return Object.assign(Object.create(catalog), {
    getEntityByRef: async (
      ref: Parameters<CatalogService['getEntityByRef']>[0],
      options: Parameters<CatalogService['getEntityByRef']>[1],
    ) =>
      hides(ref, options) ? undefined : catalog.getEntityByRef(ref, options),
    getEntitiesByRefs: async (
      query: Parameters<CatalogService['getEntitiesByRefs']>[0],
      options: Parameters<CatalogService['getEntitiesByRefs']>[1],
    ) => {
      const { items } = await catalog.getEntitiesByRefs(query, options);
      return {
        items: items.map((item, index) =>
          hides(query.entityRefs[index], options) ? undefined : item,
        ),
      };
    },
  });
}

function notAllowed(): SourceError {
  return new SourceError(
    {
      code: 'SourceHostNotAllowed',
      category: 'Policy',
      message: 'The host 10.0.0.1 is not public.',
    },
    { retryable: false },
  );
}
