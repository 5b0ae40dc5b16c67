import { randomUUID } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import type { BuildPhase } from '@buildog/plugin-buildog-common';
import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import type { SourceResolver } from '@buildog/plugin-buildog-node';
import type { Knex } from 'knex';
import { BuildController } from '../BuildController';
import type {
  ControllerDependencies,
  ControllerOptions,
} from '../ControllerDependencies';
import { noMetrics } from '../ControllerMetrics';
import { noFaults } from '../FaultPoint';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import { defaultLifecycle } from '../../domain/DecideContext';
import type { OutboxMessage } from '../../domain/OutboxMessage';
import { FileLogStore } from '../../logs/FileLogStore';
import { FollowTransport } from '../../logs/FollowTransport';
import type { DatabaseBuildStore } from '../../store/DatabaseBuildStore';
import { testContext } from '../../domain/__testUtils__/fixtures';
import { openStore } from '../../store/__testUtils__/testStores';
import { REVISION } from '../../store/__testUtils__/newBuild';
import { fakeBuilder } from './FakeBuilder';
import { FakeCluster } from './FakeCluster';
import { FakeRegistry } from './FakeRegistry';
import { temporaryFolder } from '../../testing/temporaryFolder';

/** A world for controllers: what outlives them. */
export interface World {
  store: DatabaseBuildStore;
  cluster: FakeCluster;
  registry: FakeRegistry;
  logStore: FileLogStore;
  delivered: OutboxMessage[];
  resolver: { resolve: jest.Mock };
  /** A controller of a new process; `override` replaces dependencies. */
  controller(override?: Partial<ControllerDependencies>): BuildController;
  dependencies(
    override?: Partial<ControllerDependencies>,
  ): ControllerDependencies;
  /** The build once it is in one of these phases, or has ended. */
  until(buildId: string, ...phases: BuildPhase[]): Promise<BuildSnapshot>;
  /** The build once it needs no more work. */
  untilTidy(buildId: string): Promise<BuildSnapshot>;
}

/** Loops that are quick, so that tests are. */
export const quickOptions: ControllerOptions = {
  lifecycle: { ...defaultLifecycle, settleSeconds: 2 },
  concurrency: 10,
  leaseMs: 600,
  pollMs: 20,
  unhealthyAfterMs: 5000,
  retention: { logDays: 30, buildDays: 90, keepPerConfig: 20, orphanDays: 30 },
  sweepMs: 60_000,
};

/** Everything around a controller, on a database whose migrations will run. */
export async function createWorld(knex: Knex): Promise<World> {
  const store = await openStore(knex, {
    limits: { total: 50 },
    isProcessAlive: () => false,
  });
  const cluster = new FakeCluster();
  const registry = new FakeRegistry();
  const logger = mockServices.logger.mock();
  const logStore = new FileLogStore({
    directory: temporaryFolder('buildog-logs'),
  });
  const delivered: OutboxMessage[] = [];
  const resolver = {
    resolve: jest.fn(async () => ({
      revision: REVISION,
      ref: 'refs/heads/main',
      branch: 'main',
    })),
  };
  const sourceResolver: SourceResolver = {
    contractVersion: 1,
    handles: url => url.startsWith('https://git.example.com/'),
    listBranches: async () => ({ branches: [] }),
    ...resolver,
  };
  const runners = new Map([['prod-eu', cluster.runner()]]);
  const follow = new FollowTransport({ store: logStore, runners, logger });

  const dependencies: World['dependencies'] = override => ({
    store,
    runners,
    schedulers: new Map([['kaniko', { scheduler: fakeBuilder, settings: {} }]]),
    sourceResolvers: [sourceResolver],
    logTransports: new Map([['follow', follow]]),
    logStore,
    releaser: registry.releaser(),
    credentials: {
      forSource: async () => ({}),
      forPush: async () => ({ 'docker-config.json': '{"auths":{}}' }),
    },
    agent: { init: () => ({}), publish: () => ({}) },
    defaults: () => testContext.defaults,
    notifier: {
      changed: () => {},
      deliver: async message => {
        delivered.push(message);
      },
    },
    metrics: noMetrics,
    logger,
    options: quickOptions,
    clock: () => new Date(),
    newId: randomUUID,
    faults: noFaults,
    replica: { id: randomUUID(), host: 'test', pid: 1 },
    ...override,
  });
  const waitFor = async (
    buildId: string,
    accept: (snapshot: BuildSnapshot) => boolean,
  ) => {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const snapshot = await store.getBuild(buildId);
      if (snapshot && accept(snapshot)) return snapshot;
      if (Date.now() > deadline) {
        throw new Error(
          `Build is still ${JSON.stringify(snapshot, undefined, 1)}`,
        );
      }
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  };
  return {
    store,
    cluster,
    registry,
    logStore,
    delivered,
    resolver,
    dependencies,
    controller: override => BuildController.create(dependencies(override)),
    until: (buildId, ...phases) =>
      waitFor(
        buildId,
        ({ build }) =>
          phases.includes(build.phase) || isTerminalBuildPhase(build.phase),
      ),
    untilTidy: buildId =>
      waitFor(
        buildId,
        ({ build, attempts }) =>
          isTerminalBuildPhase(build.phase) &&
          attempts.every(a => a.removedAt && a.logsSettledAt),
      ),
  };
}
