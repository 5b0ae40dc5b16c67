import { createBackendModule } from '@backstage/backend-plugin-api';
import type { BackendFeature } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  buildogLogsExtensionPoint,
  buildogRunnersExtensionPoint,
  buildogSchedulersExtensionPoint,
  buildogSourcesExtensionPoint,
} from '@buildog/plugin-buildog-node';
import { MemoryLogStore } from '@buildog/plugin-buildog-node/testing';
import request from 'supertest';
import buildogFeatures, { buildogPlugin } from './index';
import { eventually } from './controller/__testUtils__/eventually';
import { fakeBuilder } from './controller/__testUtils__/FakeBuilder';
import { FakeCluster, hold } from './controller/__testUtils__/FakeCluster';
import { component } from './http/__testUtils__/entities';

jest.setTimeout(60_000);

const REVISION = 'c0ffee'.padEnd(40, '0');
const STATUS = '/api/buildog/v1/entities/component/default/app';

/** A third party's module: a runner, a builder, a source and a log store. */
function addOn(cluster: FakeCluster, moduleId = 'add-on'): BackendFeature {
  return createBackendModule({
    pluginId: 'buildog',
    moduleId,
    register(env) {
      env.registerInit({
        deps: {
          runners: buildogRunnersExtensionPoint,
          schedulers: buildogSchedulersExtensionPoint,
          sources: buildogSourcesExtensionPoint,
          logs: buildogLogsExtensionPoint,
        },
        async init({ runners, schedulers, sources, logs }) {
          runners.addRunner(cluster.runner('farm'));
          schedulers.addScheduler(fakeBuilder);
          logs.setLogStore(new MemoryLogStore());
          sources.addSourceResolver({
            contractVersion: 1,
            handles: () => true,
            listBranches: async () => ({
              defaultBranch: 'main',
              branches: [{ name: 'main', revision: REVISION }],
            }),
            resolve: async () => ({
              revision: REVISION,
              ref: 'refs/heads/main',
              branch: 'main',
            }),
          });
        },
      });
    },
  });
}

const start = (buildog: object | undefined, features: BackendFeature[]) =>
  startTestBackend({
    features: [
      ...features,
      mockServices.rootConfig.factory({
        data: { ...(buildog && { buildog }) } as never,
      }),
      catalogServiceMock.factory({ entities: [component('app')] }),
    ],
  });

describe('buildogPlugin', () => {
  it('loads without configuration and says what is missing', async () => {
    const backend = await start(undefined, [buildogFeatures]);
    const { server } = backend;
    const { body } = await request(server).get(STATUS).expect(200);
    expect(body.state).toBe('NoRunner');
    expect(body.snippet).toContain('buildog:');
    const refused = await request(server)
      .post('/api/buildog/v1/builds')
      .send({ entityRef: 'component:default/app' })
      .expect(422);
    expect(refused.body.error.code).toBe('NoRunner');
    await request(server).get('/api/buildog/v1/health').expect(200);
    await backend.stop();
  });

  it('builds with what modules bring', async () => {
    const cluster = new FakeCluster();
    cluster.behaviour = hold;
    const backend = await start(
      {
        registries: [{ host: 'registry.example.com' }],
        defaults: { registry: 'registry.example.com' },
        sources: { allowedHosts: ['git.example.com'] },
      },
      [buildogPlugin, addOn(cluster)],
    );
    const { server } = backend;
    const { body: branches } = await request(server)
      .get(`${STATUS}/branches`)
      .expect(200);
    expect(branches.defaultBranch).toBe('main');
    const { body: started } = await request(server)
      .post('/api/buildog/v1/builds')
      .send({ entityRef: 'component:default/app' })
      .expect(201);
    await eventually(() => expect(cluster.created).toHaveLength(1));
    const { body: build } = await request(server)
      .get(`/api/buildog/v1/builds/${started.id}`)
      .expect(200);
    expect(build).toMatchObject({
      phase: 'Running',
      scheduler: 'fake',
      cluster: 'farm',
      source: { revision: REVISION },
      tags: [expect.stringMatching(/^v\d{8}-c0ffee00$/), 'main'],
    });
    await request(server)
      .post(`/api/buildog/v1/builds/${started.id}/cancel`)
      .expect(202);
    await eventually(async () => {
      const { body } = await request(server).get(
        `/api/buildog/v1/builds/${started.id}`,
      );
      expect(body.phase).toBe('Canceled');
    });
    expect(cluster.workloads.size).toBe(0);
    await backend.stop();
  });

  it('offers the ingest where pods push their logs', async () => {
    const backend = await start(
      { ingest: { url: 'http://portal.example.com/api/buildog/v1/ingest' } },
      [buildogFeatures],
    );
    const { status } = await request(backend.server).post(
      '/api/buildog/v1/ingest/attempt/build?offset=0',
    );
    expect(status).toBe(401);
    await backend.stop();
  });

  it.each<[string, object, BackendFeature[], RegExp]>([
    [
      'a wrong setting',
      { timeZone: 'Mars' },
      [buildogFeatures],
      /buildog\.timeZone is "Mars"/,
    ],
    [
      'an unknown scheduler',
      { schedulers: { x: { type: 'podman' } } },
      [buildogFeatures],
      /buildog\.schedulers\.x\.type is "podman", which is not installed; installed: kaniko/,
    ],
    [
      "a scheduler's own setting",
      { schedulers: { k: { type: 'kaniko', settings: { verbosity: 'x' } } } },
      [buildogFeatures],
      /buildog\.schedulers\.k\.settings\.verbosity/,
    ],
    [
      'a cluster without its kubeconfig',
      {
        runner: {
          kubernetes: {
            clusters: [
              {
                name: 'c',
                access: { type: 'kubeconfig', path: '/nowhere' },
                namespace: 'n',
                agentImage: 'a',
              },
            ],
          },
        },
      },
      [buildogFeatures],
      /Cluster c cannot be used/,
    ],
    [
      'a signing key that is none',
      { signing: { cosign: { key: 'canary' } } },
      [buildogFeatures],
      /the cosign key cannot be used: it is no PEM file/,
    ],
    [
      'two runners of one name',
      {},
      [buildogPlugin, addOn(new FakeCluster()), addOn(new FakeCluster(), 'b')],
      /A runner called farm was added already/,
    ],
  ])('does not start with %s', async (_name, buildog, features, message) => {
    await expect(start(buildog, features)).rejects.toThrow(message);
  });
});
