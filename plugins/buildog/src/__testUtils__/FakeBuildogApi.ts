import type {
  BranchesResponse,
  Build,
  BuildogApi,
  BuildStep,
  EntityStatus,
  ListBuildsQuery,
  LogPosition,
  StartBuildRequest,
} from '@buildog/plugin-buildog-common';
import { NotFoundError } from '@backstage/errors';
import { FAKE_ENTITY_REF, fakeBuild } from './fakeBuild';
import { FakeLog } from './FakeLog';

/** A ready entity with nothing built yet. */
export function fakeStatus(
  overrides: Partial<EntityStatus> = {},
): EntityStatus {
  return {
    entityRef: FAKE_ENTITY_REF,
    state: 'Ready',
    repositoryUrl: 'https://git.example.com/payments/payments-api.git',
    dockerfile: 'Dockerfile',
    image: 'registry.example.com/payments/payments-api',
    defaultBranch: 'main',
    mayBuild: true,
    mayAdminister: false,
    statistics: { finished: 0, succeeded: 0 },
    ...overrides,
  };
}

/**
 * The controller's API in memory, for tests and the dev harness. A method
 * named in `failures` throws that error; every call is kept in `calls`.
 */
export class FakeBuildogApi implements BuildogApi {
  statuses = new Map<string, EntityStatus>();
  branches: BranchesResponse = {
    defaultBranch: 'main',
    branches: [
      { name: 'main', revision: '3f9c2ae1b2c3d4e5f60718293a4b5c6d7e8f9012' },
      {
        name: 'feat/fraud-model',
        revision: 'e27a1f90b2c3d4e5f60718293a4b5c6d7e8f9012',
      },
    ],
  };
  builds: Build[] = [];
  /** By `attempt/container`. */
  logs = new Map<string, FakeLog>();
  steps = new Map<string, BuildStep[]>();
  failures: Partial<Record<keyof BuildogApi, Error>> = {};
  calls: { method: keyof BuildogApi; args: unknown[] }[] = [];
  /** Called instead of answering at once, to keep a load under way. */
  gate?: () => Promise<void>;

  private async enter(method: keyof BuildogApi, ...args: unknown[]) {
    this.calls.push({ method, args });
    await this.gate?.();
    const failure = this.failures[method];
    if (failure) {
      throw failure;
    }
  }

  private find(id: string): Build {
    const build = this.builds.find(b => b.id === id);
    if (!build) {
      throw new NotFoundError(`There is no build ${id}`);
    }
    return build;
  }

  private add(entityRef: string, overrides: Partial<Build>): Build {
    const number = Math.max(0, ...this.builds.map(b => b.number)) + 1;
    const build = fakeBuild({
      phase: 'Pending',
      entityRef,
      tasks: [],
      subject: undefined,
      startedAt: undefined,
      createdAt: new Date().toISOString(),
      queuedAt: new Date().toISOString(),
      ...overrides,
      number,
    });
    this.builds = [build, ...this.builds];
    return build;
  }

  async startBuild(
    request: StartBuildRequest,
    options?: { idempotencyKey?: string },
  ) {
    await this.enter('startBuild', request, options);
    return this.add(request.entityRef, {
      branch: request.branch ?? (request.revision ? undefined : 'main'),
    });
  }

  async listBuilds(query: ListBuildsQuery) {
    await this.enter('listBuilds', query);
    const limit = Number(query.limit ?? 20);
    const from = Number(query.cursor ?? 0);
    const all = this.builds.filter(
      b =>
        (!query.entityRef || b.entityRef === query.entityRef) &&
        (!query.phase || query.phase.includes(b.phase)) &&
        (!query.branch || b.branch === query.branch) &&
        (!query.variant || b.variants.some(v => v.name === query.variant)) &&
        (!query.trigger || query.trigger.includes(b.trigger.kind)),
    );
    const next = from + limit;
    return {
      items: all.slice(from, next),
      nextCursor: next < all.length ? String(next) : undefined,
    };
  }

  async getBuild(id: string) {
    await this.enter('getBuild', id);
    return this.find(id);
  }

  async getBuildByNumber(entityRef: string, number: number) {
    await this.enter('getBuildByNumber', entityRef, number);
    const build = this.builds.find(
      b => b.entityRef === entityRef && b.number === number,
    );
    if (!build) {
      throw new NotFoundError(`There is no build #${number}`);
    }
    return build;
  }

  async cancelBuild(id: string) {
    await this.enter('cancelBuild', id);
    return this.change(id, {
      cancelRequestedAt: new Date().toISOString(),
      allowed: { cancel: false, retry: false, rebuild: false, readLog: true },
    });
  }

  /** Replaces fields of a build. */
  change(id: string, fields: Partial<Build>): Build {
    const changed = { ...this.find(id), ...fields };
    this.builds = this.builds.map(b => (b.id === id ? changed : b));
    return changed;
  }

  async retryBuild(id: string, options?: { idempotencyKey?: string }) {
    await this.enter('retryBuild', id, options);
    return this.repeat(id, 'Retry');
  }

  async rebuild(id: string, options?: { idempotencyKey?: string }) {
    await this.enter('rebuild', id, options);
    return this.repeat(id, 'Rebuild');
  }

  private repeat(id: string, kind: 'Retry' | 'Rebuild') {
    const { number, branch, entityRef } = this.find(id);
    return this.add(entityRef, {
      branch,
      trigger: { kind, by: 'user:default/guest', ofBuild: { id, number } },
    });
  }

  async getEntityStatus(entityRef: string) {
    await this.enter('getEntityStatus', entityRef);
    return this.statuses.get(entityRef) ?? fakeStatus({ entityRef });
  }

  async listBranches(entityRef: string) {
    await this.enter('listBranches', entityRef);
    return this.branches;
  }

  async listLogStreams(_buildId: string, attemptId: string) {
    await this.enter('listLogStreams', attemptId);
    return {
      streams: [...this.logs]
        .filter(([key]) => key.startsWith(`${attemptId}/`))
        .map(([key, log]) => ({
          container: key.slice(attemptId.length + 1),
          size: log.bytes.length,
          complete: log.isComplete,
          truncated: false,
          purged: false,
        })),
    };
  }

  async listSteps(_buildId: string, attemptId: string) {
    await this.enter('listSteps', attemptId);
    return { steps: this.steps.get(attemptId) ?? [] };
  }

  private log(position: LogPosition): FakeLog {
    const log = this.logs.get(`${position.attemptId}/${position.container}`);
    if (!log) {
      throw new NotFoundError(`There is no log of ${position.container}`);
    }
    return log;
  }

  async readLog(position: LogPosition & { limit?: number }) {
    await this.enter('readLog', position);
    const log = this.log(position);
    const from = position.offset ?? 0;
    return {
      bytes: log.bytes.slice(from, from + (position.limit ?? 1024 * 1024)),
      size: log.bytes.length,
      complete: log.isComplete,
    };
  }

  async *streamLog(
    position: LogPosition,
    options?: { signal?: AbortSignal; onReconnect?: (at: Date) => void },
  ) {
    await this.enter('streamLog', position);
    const key = `${position.attemptId}/${position.container}`;
    // As the controller does: a stream nobody wrote yet is waited for.
    while (!this.logs.has(key) && !options?.signal?.aborted) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    if (options?.signal?.aborted) {
      return;
    }
    yield* this.log(position).stream(
      position.container,
      position.offset ?? 0,
      options?.signal,
    );
  }

  async logDownloadUrl(position: LogPosition) {
    await this.enter('logDownloadUrl', position);
    return `https://portal.example.com/log/${position.attemptId}`;
  }
}
