import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  BuildScheduler,
  CredentialFiles,
  LogStore,
  LogTransport,
  Runner,
  SourceResolver,
} from '@buildog/plugin-buildog-node';
import type { InitInputFile, PublishInputFile } from '@buildog/agent';
import type { BuildDefaults } from '../domain/BuildDefaults';
import type { Lifecycle } from '../domain/DecideContext';
import type { RetentionOptions } from '../domain/retention';
import type { Releaser } from '../release/Releaser';
import type { ControllerStore, Replica } from '../store/ControllerStore';
import type { BuildNotifier } from './BuildNotifier';
import type { ControllerMetrics } from './ControllerMetrics';
import type { FaultPoint } from './FaultPoint';

/** A scheduler with the settings of one configured name. */
export interface ConfiguredScheduler {
  scheduler: BuildScheduler;
  /** What its `settingsSchema` made of app-config. */
  settings: unknown;
}

/**
 * Credentials of our own containers. Called once per start of an attempt,
 * again after a crash. What it returns goes into the job's Secret and
 * nowhere else.
 */
export interface JobCredentials {
  /** Files of `init`; empty when the repository needs none. */
  forSource(repositoryUrl: string): Promise<CredentialFiles>;
  /** Files of `publish`: push to that one repository, `host/path`. */
  forPush(repository: string): Promise<CredentialFiles>;
}

/** Configuration of the agent's programs besides what the plan says. */
export interface AgentOptions {
  /** Limits, transports, hosts, CA and proxy for a repository. */
  init(repositoryUrl: string): Partial<
    Omit<InitInputFile, 'source' | 'protocolVersion'>
  > & {
    git?: Partial<
      Omit<
        Extract<InitInputFile['source'], { type: 'git' }>,
        'type' | 'url' | 'revision' | 'ref'
      >
    >;
  };
  /** Limits, insecure hosts, CA and proxy for a destination. */
  publish(
    repository: string,
  ): Partial<
    Omit<
      PublishInputFile,
      'protocolVersion' | 'repository' | 'expectedPlatform'
    >
  >;
  /** With log transport `sidecar`: where the pods send their logs. */
  ingest?: {
    url: string;
    /** The authority of its certificate, and where the sidecar finds it. */
    ca?: { file: string; path: string; pem: string };
    /** A fresh token, and the hash that is kept of it. */
    mintToken(): { token: string; hash: string };
  };
}

/** Settings of the loop itself. */
export interface ControllerOptions {
  lifecycle: Lifecycle;
  /** Builds worked on at once in this replica. */
  concurrency: number;
  /** Length of a lease. */
  leaseMs: number;
  /** How often due builds are looked for when nobody calls `wake`. */
  pollMs: number;
  /** Readiness goes red when no claim succeeded for this long. */
  unhealthyAfterMs: number;
  retention: RetentionOptions;
  /** Between two sweeps. */
  sweepMs: number;
}

/**
 * Everything the controller touches, all behind interfaces; `plugin.ts` fills
 * it. Maps may be empty: builds that name something missing fail with a
 * reason that says which setting is wrong.
 */
export interface ControllerDependencies {
  store: ControllerStore;
  /** By the name of app-config, the `cluster` of attempts. */
  runners: ReadonlyMap<string, Runner>;
  /** By the configured name. */
  schedulers: ReadonlyMap<string, ConfiguredScheduler>;
  /** Asked in this order; the first that handles the URL wins. */
  sourceResolvers: readonly SourceResolver[];
  /** By type. */
  logTransports: ReadonlyMap<string, LogTransport>;
  logStore: LogStore;
  releaser: Releaser;
  credentials: JobCredentials;
  agent: AgentOptions;
  /** Policy of now; called for each decision, so that a reload takes effect. */
  defaults: () => BuildDefaults;
  notifier: BuildNotifier;
  metrics: ControllerMetrics;
  logger: LoggerService;
  options: ControllerOptions;
  /** The wall clock. */
  clock: () => Date;
  /** A fresh unguessable id (UUID). */
  newId: () => string;
  faults: FaultPoint;
  /** Who this process is. */
  replica: Replica;
}
