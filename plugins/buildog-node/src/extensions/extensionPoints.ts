import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type { BuildScheduler } from '../scheduler/BuildScheduler';
import type { Runner } from '../runner/Runner';
import type { LogStore } from '../logs/LogStore';
import type { LogTransport } from '../logs/LogTransport';
import type { SourceResolver } from '../source/SourceResolver';

/**
 * Adds builders. Called by modules while the backend starts; a second
 * scheduler of the same type is an error.
 * @public
 */
export interface BuildogSchedulersExtensionPoint {
  addScheduler(scheduler: BuildScheduler): void;
}

/** @public */
export const buildogSchedulersExtensionPoint =
  createExtensionPoint<BuildogSchedulersExtensionPoint>({
    id: 'buildog.schedulers',
  });

/**
 * Adds runners beside those of app-config. A second runner of the same name
 * is an error.
 * @public
 */
export interface BuildogRunnersExtensionPoint {
  addRunner(runner: Runner): void;
}

/** @public */
export const buildogRunnersExtensionPoint =
  createExtensionPoint<BuildogRunnersExtensionPoint>({ id: 'buildog.runners' });

/**
 * Replaces the log store that app-config chooses, and adds transports. A
 * second store, or a second transport of the same type, is an error.
 * @public
 */
export interface BuildogLogsExtensionPoint {
  setLogStore(store: LogStore): void;
  addLogTransport(transport: LogTransport): void;
}

/** @public */
export const buildogLogsExtensionPoint =
  createExtensionPoint<BuildogLogsExtensionPoint>({ id: 'buildog.logs' });

/**
 * Adds source resolvers, asked in the order they were added and before the
 * built-in git.
 * @public
 */
export interface BuildogSourcesExtensionPoint {
  addSourceResolver(resolver: SourceResolver): void;
}

/** @public */
export const buildogSourcesExtensionPoint =
  createExtensionPoint<BuildogSourcesExtensionPoint>({ id: 'buildog.sources' });
