import type { Build, BuildSummary } from '../model';
import type {
  BranchesResponse,
  EntityStatus,
  ListBuildsQuery,
  ListBuildsResponse,
  LogStreamsResponse,
  StartBuildRequest,
  StepsResponse,
} from './requests';

/**
 * A piece of a log. `offset` is where `bytes` begin in the stream.
 * @public
 */
export interface LogChunk {
  container: string;
  offset: number;
  bytes: Uint8Array;
}

/** Which stream to read, and from where. @public */
export interface LogPosition {
  buildId: string;
  attemptId: string;
  container: string;
  /** Byte offset, default 0. */
  offset?: number;
}

/** What a live stream yields. @public */
export type LogStreamEvent =
  | ({ type: 'chunk' } & LogChunk)
  | { type: 'complete'; size: number; truncated: boolean };

/**
 * The controller's API as a client sees it. Every call may be refused with
 * `NotAllowedError`, `NotFoundError`, `InputError`; calls that start work
 * take an idempotency key, so that a repeated press of a button or a retried
 * request starts one build.
 * @public
 */
export interface BuildogApi {
  startBuild(
    request: StartBuildRequest,
    options?: { idempotencyKey?: string },
  ): Promise<BuildSummary>;
  listBuilds(query: ListBuildsQuery): Promise<ListBuildsResponse>;
  getBuild(id: string): Promise<Build>;
  /** Resolves the build by its number on an entity's page. */
  getBuildByNumber(entityRef: string, number: number): Promise<Build>;
  cancelBuild(id: string): Promise<BuildSummary>;
  /** Same SHA and inputs, policy evaluated anew. */
  retryBuild(
    id: string,
    options?: { idempotencyKey?: string },
  ): Promise<BuildSummary>;
  /** The branch resolved anew. */
  rebuild(
    id: string,
    options?: { idempotencyKey?: string },
  ): Promise<BuildSummary>;
  getEntityStatus(entityRef: string): Promise<EntityStatus>;
  listBranches(entityRef: string): Promise<BranchesResponse>;
  listLogStreams(
    buildId: string,
    attemptId: string,
  ): Promise<LogStreamsResponse>;
  listSteps(buildId: string, attemptId: string): Promise<StepsResponse>;
  /** One range; at most `limit` bytes (default and cap 1 MiB). */
  readLog(position: LogPosition & { limit?: number }): Promise<{
    bytes: Uint8Array;
    size: number;
    complete: boolean;
  }>;
  /**
   * Everything from `offset` on, live, until the stream is complete or the
   * signal aborts. Reconnects by itself where it stopped; falls back to
   * polling where SSE is not let through.
   */
  streamLog(
    position: LogPosition,
    options?: { signal?: AbortSignal; onReconnect?: (at: Date) => void },
  ): AsyncIterable<LogStreamEvent>;
  /** The whole log as text, without timestamps when asked. */
  logDownloadUrl(position: LogPosition): Promise<string>;
}
