import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import {
  buildogLogsExtensionPoint,
  buildogRunnersExtensionPoint,
  buildogSchedulersExtensionPoint,
  buildogSourcesExtensionPoint,
} from '@buildog/plugin-buildog-node';
import { readEntity } from './catalog/readEntity';
import { composeAgent } from './compose/composeAgent';
import { composeDefaults } from './compose/composeDefaults';
import {
  composeEmbeddedRegistry,
  withEmbeddedRegistry,
} from './compose/composeEmbeddedRegistry';
import { composeLogs } from './compose/composeLogs';
import { composeOptions } from './compose/composeOptions';
import { composeReleaser } from './compose/composeReleaser';
import { composeRunners } from './compose/composeRunners';
import { composeSchedulers } from './compose/composeSchedulers';
import { composeSources } from './compose/composeSources';
import { Extensions } from './compose/Extensions';
import { markOrphans } from './compose/markOrphans';
import { registerPermissions } from './compose/registerPermissions';
import { readConfig } from './config';
import { BuildController } from './controller/BuildController';
import { faultsFromEnv } from './controller/FaultPoint';
import { BuildAccess } from './http/access/BuildAccess';
import { createRouter } from './http/createRouter';
import { LogIngest } from './logs/LogIngest';
import { BackstageNotifier } from './notify/BackstageNotifier';
import { createControllerMetrics } from './notify/createControllerMetrics';
import { DatabaseBuildStore } from './store/DatabaseBuildStore';

/**
 * The controller as a Backstage plugin: the only place that sees everything.
 * @public
 */
export const buildogPlugin = createBackendPlugin({
  pluginId: 'buildog',
  register(env) {
    const extensions = new Extensions();
    env.registerExtensionPoint(
      buildogSchedulersExtensionPoint,
      extensions.schedulersPoint,
    );
    env.registerExtensionPoint(
      buildogRunnersExtensionPoint,
      extensions.runnersPoint,
    );
    env.registerExtensionPoint(buildogLogsExtensionPoint, extensions.logsPoint);
    env.registerExtensionPoint(
      buildogSourcesExtensionPoint,
      extensions.sourcesPoint,
    );
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        events: eventsServiceRef,
        auth: coreServices.auth,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        metrics: metricsServiceRef,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
        signals: signalsServiceRef,
      },
      async init(services) {
        const { catalog, database, logger, httpRouter, lifecycle } = services;
        const configured = readConfig(services.config);
        const embedded = await composeEmbeddedRegistry(configured, logger);
        if (embedded) {
          lifecycle.addShutdownHook(() => embedded.registry.close());
        }
        const config = withEmbeddedRegistry(configured, embedded);
        const store = await DatabaseBuildStore.create(database, {
          installationId: config.installationId,
          limits: {
            total: config.limits.concurrency,
            perOwner: config.limits.concurrencyPerOwner,
          },
        });
        const { installationId } = await store.getControllerState();
        const schedulers = composeSchedulers(
          config,
          extensions.schedulers,
          logger,
        );
        const runners = await composeRunners(config, extensions.runners, {
          installationId,
          logger,
        });
        const logs = composeLogs(config, extensions, {
          knex: await database.getClient(),
          store,
          runners,
          logger,
        });
        const sources = composeSources(
          config,
          extensions.sources,
          services.config,
        );
        const agent = await composeAgent(config, sources.credentials);
        const release = await composeReleaser(config);
        const defaults = composeDefaults(config, {
          schedulers: schedulers.keys(),
          runners: runners.keys(),
          transport: logs.transport,
        });

        const controller = BuildController.create({
          store,
          runners,
          schedulers,
          sourceResolvers: sources.resolvers,
          logTransports: logs.transports,
          logStore: logs.hub.store,
          releaser: release.releaser,
          credentials: agent.credentials,
          agent: agent.agent,
          defaults: () => defaults,
          notifier: new BackstageNotifier(services),
          metrics: createControllerMetrics(services.metrics),
          logger,
          options: composeOptions(config),
          clock: () => new Date(),
          newId: randomUUID,
          faults: faultsFromEnv(process.env),
          replica: { id: randomUUID(), host: hostname(), pid: process.pid },
        });

        registerPermissions(services.permissionsRegistry, {
          store,
          catalog,
          auth: services.auth,
        });
        const stopping = new AbortController();
        httpRouter.use(
          createRouter({
            httpAuth: services.httpAuth,
            catalog,
            auditor: services.auditor,
            logger,
            access: new BuildAccess(
              services.permissions,
              services.permissionsRegistry,
            ),
            store,
            controller,
            logStore: logs.hub.store,
            logs: logs.hub,
            stopping: stopping.signal,
            ingest: logs.ingest,
            ingestLimitBytes: LogIngest.chunkLimitBytes,
            buildArgs: config.defaults.buildArgs,
            publicKey: release.publicKey,
            readEntity: entity =>
              readEntity(entity, {
                defaults: config.defaults,
                runner: { kubernetes: { clusters: [...runners.values()] } },
              }),
            checkSource: sources.checkSource,
            listBranches: sources.listBranches,
            sourceUrl: sources.sourceUrl,
            verifyCommand: release.verifyCommand,
          }),
        );
        httpRouter.addAuthPolicy({
          path: '/v1/health',
          allow: 'unauthenticated',
        });
        if (logs.ingest) {
          // Sidecars have a token of their own, which the ingest checks.
          httpRouter.addAuthPolicy({
            path: '/v1/ingest',
            allow: 'unauthenticated',
          });
        }
        await services.scheduler.scheduleTask({
          id: 'buildog-mark-orphans',
          frequency: { hours: 1 },
          initialDelay: { minutes: 5 },
          timeout: { minutes: 10 },
          fn: signal => markOrphans({ ...services, store, logger }, signal),
        });
        if (embedded) {
          await services.scheduler.scheduleTask({
            id: 'buildog-embedded-registry-garbage',
            scope: 'local',
            frequency: { hours: 24 },
            initialDelay: { hours: 1 },
            timeout: { hours: 1 },
            fn: async signal => {
              const { removed, removedBytes } =
                await embedded.registry.collectGarbage({ signal });
              logger.info(
                `Embedded registry: ${removed} unused contents of ${removedBytes} bytes removed`,
              );
            },
          });
        }
        lifecycle.addStartupHook(() => controller.start());
        lifecycle.addShutdownHook(async () => {
          stopping.abort();
          await controller.stop();
          await release.client.close();
        });
      },
    });
  },
});
