import type {
  AuditorService,
  HttpAuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type {
  BranchesResponse,
  BuildStep,
} from '@buildog/plugin-buildog-common';
import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import type { LogStore } from '@buildog/plugin-buildog-node';
import type { EntityReadiness } from '../catalog/EntityFacts';
import type { ControllerHealth } from '../controller/BuildController';
import type { BuildSnapshot } from '../domain/BuildSnapshot';
import type { BuildStore } from '../store/BuildStore';
import type { BuildAccess } from './access/BuildAccess';

/** What the routes may ask of the controller. */
export interface ControllerCommands {
  /** Has a build looked at now. A hint. */
  wake(buildId: string): void;
  pause(by: string): Promise<unknown>;
  drain(by: string): Promise<unknown>;
  resume(by: string): Promise<unknown>;
  health(): ControllerHealth;
  listSteps(buildId: string, attemptId: string): Promise<BuildStep[]>;
}

/** Live reading of logs. */
export interface LogFollower {
  follow(
    key: LogStreamKey,
    offset: number,
    options: { signal: AbortSignal },
  ): AsyncIterable<Uint8Array>;
}

/** The log ingest's answers, which its route writes as they are. */
export interface IngestReceiver {
  append(chunk: {
    attemptId: string;
    container: string;
    token: string;
    offset: number;
    bytes: Uint8Array;
    final: boolean;
  }): Promise<{ status: number; body: unknown }>;
  heartbeat(request: {
    attemptId: string;
    token: string;
  }): Promise<{ status: number; body: unknown }>;
}

/** Everything the routes work with; `plugin.ts` fills it. */
export interface HttpContext {
  httpAuth: HttpAuthService;
  catalog: CatalogService;
  auditor: AuditorService;
  logger: LoggerService;
  access: BuildAccess;
  store: BuildStore;
  controller: ControllerCommands;
  logStore: LogStore;
  logs: LogFollower;
  /** Fires when the backend stops: open streams end, and go on elsewhere. */
  stopping: AbortSignal;
  /** Absent with log transport `follow`: there is no such route then. */
  ingest?: IngestReceiver;
  /** Most bytes of one chunk of the ingest. */
  ingestLimitBytes: number;
  /** Build arguments that every build gets. */
  buildArgs: Record<string, string>;
  /** PEM that verifies signatures; absent when images stay unsigned. */
  publicKey?: string;
  /** What the catalog and the settings say about building an entity. */
  readEntity(entity: Entity): EntityReadiness;
  /** @throws SourceError when the repository's host is not allowed. */
  checkSource(repositoryUrl: string): Promise<void>;
  /** @throws SourceError. */
  listBranches(
    repositoryUrl: string,
    signal: AbortSignal,
  ): Promise<BranchesResponse>;
  /** Where a commit can be looked at, when the host is known. */
  sourceUrl(snapshot: BuildSnapshot): string | undefined;
  /** A command that verifies a signed build's image. */
  verifyCommand(snapshot: BuildSnapshot): string | undefined;
}
