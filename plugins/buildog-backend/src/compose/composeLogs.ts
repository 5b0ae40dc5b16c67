import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  LogStore,
  LogTransport,
  Runner,
} from '@buildog/plugin-buildog-node';
import type { Knex } from 'knex';
import type { BuildogConfig } from '../config';
import { DatabaseLogStore } from '../logs/DatabaseLogStore';
import { FileLogStore } from '../logs/FileLogStore';
import { FollowTransport } from '../logs/FollowTransport';
import { LogHub } from '../logs/LogHub';
import { LogIngest } from '../logs/LogIngest';
import { S3LogStore } from '../logs/S3LogStore';
import { SidecarTransport } from '../logs/SidecarTransport';
import type { ControllerStore } from '../store/ControllerStore';
import type { Extensions } from './Extensions';

/** How logs come, where they are, and who hears of them. */
export interface ComposedLogs {
  hub: LogHub;
  ingest?: LogIngest;
  transports: Map<string, LogTransport>;
  /** The one that new attempts use. */
  transport: string;
}

/**
 * The log store of app-config (or a module's), live readers on top of it, and
 * the transports that write through them.
 */
export function composeLogs(
  config: BuildogConfig,
  extensions: Extensions,
  options: {
    knex: Knex;
    store: ControllerStore;
    runners: ReadonlyMap<string, Runner>;
    logger: LoggerService;
  },
): ComposedLogs {
  const { logger, runners, store } = options;
  const hub = new LogHub({
    store: extensions.logStore ?? createLogStore(config, options.knex),
  });
  const follow = new FollowTransport({ store: hub.store, runners, logger });
  const transports = new Map<string, LogTransport>([
    ...extensions.transports,
    [follow.type, follow],
  ]);
  const { transport } = config.logs;
  if (!config.ingest.url) {
    return { hub, transports, transport: transport ?? follow.type };
  }

  const ingest = new LogIngest({
    store: hub.store,
    authorize: (attemptId, tokenHash) =>
      store.authorizeIngest(attemptId, tokenHash),
  });
  const sidecar = new SidecarTransport({
    hub,
    ingest,
    fallback: follow,
    logger,
  });
  transports.set(sidecar.type, sidecar);
  return { hub, ingest, transports, transport: transport ?? sidecar.type };
}

function createLogStore({ logs }: BuildogConfig, knex: Knex): LogStore {
  const caps = {
    streamBytes: logs.maxStreamSize,
    buildBytes: logs.maxBuildSize,
  };
  const { store } = logs;
  switch (store.type) {
    case 'file':
      return new FileLogStore({ directory: store.directory, caps });
    case 's3': {
      const { type, accessKeyId, secretAccessKey, ...rest } = store;
      return new S3LogStore({
        ...rest,
        caps,
        ...(accessKeyId &&
          secretAccessKey && {
            credentials: { accessKeyId, secretAccessKey },
          }),
      });
    }
    default:
      return new DatabaseLogStore({ knex, caps });
  }
}
