import { randomUUID } from 'node:crypto';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { DatabaseService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { AdmissionLimits } from '../domain/admission';
import type { ControllerStore } from './ControllerStore';
import { BornClaims } from './BornClaims';
import { databaseTime } from './DatabaseTime';
import type { StoreContext } from './StoreContext';
import { admitBuilds, getQueue } from './operations/admitBuilds';
import * as claims from './operations/claims';
import { commitDecision } from './operations/commitDecision';
import * as configs from './operations/configs';
import * as state from './operations/controllerState';
import * as builds from './operations/getBuild';
import { ensureInstallation } from './operations/installation';
import * as tokens from './operations/ingestTokens';
import { insertBuild } from './operations/insertBuild';
import { listBuilds } from './operations/listBuilds';
import * as outbox from './operations/outbox';
import * as history from './operations/readHistory';
import { rebuild, retryBuild } from './operations/repeatBuild';
import * as replicas from './operations/replicas';
import { requestCancel } from './operations/requestCancel';
import * as sweeping from './operations/sweeping';
import * as tags from './operations/tagClaims';
import { updateSteps } from './operations/updateSteps';
import { writeAhead } from './writeAhead';

/** How a store is made; all but the limits have a default. */
export interface DatabaseBuildStoreOptions {
  limits: AdmissionLimits;
  /** From app-config; made at random on a new database without it. */
  installationId?: string;
  clock?: () => Date;
  newId?: () => string;
  /** Whether a process of this host lives. */
  isProcessAlive?: (pid: number) => boolean;
}

/**
 * The store on Backstage's database service: SQLite or PostgreSQL. One file
 * of `operations` for each verb; this class only puts them together.
 */
export class DatabaseBuildStore implements ControllerStore {
  /**
   * Brings the database up to date (unless migrations are off) and opens it;
   * makes the installation id on a new one.
   * @throws StoreError `InstallationMismatch`.
   */
  static async create(
    database: DatabaseService,
    options: DatabaseBuildStoreOptions,
  ): Promise<DatabaseBuildStore> {
    const knex = await database.getClient();
    await writeAhead(knex);
    if (!database.migrations?.skip) {
      await knex.migrate.latest({
        directory: resolvePackagePath(
          '@buildog/plugin-buildog-backend',
          'migrations',
        ),
      });
    }
    return DatabaseBuildStore.fromKnex(knex, options);
  }

  /**
   * On a database whose migrations have run.
   * @throws StoreError `InstallationMismatch`.
   */
  static async fromKnex(
    knex: Knex,
    options: DatabaseBuildStoreOptions,
  ): Promise<DatabaseBuildStore> {
    const clock = options.clock ?? (() => new Date());
    const context: StoreContext = {
      knex,
      clock,
      time: databaseTime(knex, clock),
      newId: options.newId ?? randomUUID,
      born: new BornClaims(),
    };
    await ensureInstallation(context, options.installationId);
    return new DatabaseBuildStore(context, options);
  }

  private constructor(
    private readonly context: StoreContext,
    private readonly options: DatabaseBuildStoreOptions,
  ) {}

  insertBuild: ControllerStore['insertBuild'] = (request, options) =>
    insertBuild(this.context, request, options?.idempotency);

  retryBuild: ControllerStore['retryBuild'] = (id, by, options) =>
    retryBuild(this.context, id, by, options?.idempotency);

  rebuild: ControllerStore['rebuild'] = (id, by, options) =>
    rebuild(this.context, id, by, options?.idempotency);

  requestCancel: ControllerStore['requestCancel'] = (id, by) =>
    requestCancel(this.context, id, by);

  getBuild: ControllerStore['getBuild'] = id =>
    builds.getBuild(this.context.knex, id);

  getBuildByNumber: ControllerStore['getBuildByNumber'] = (entityRef, number) =>
    builds.getBuildByNumber(this.context.knex, entityRef, number);

  listBuilds: ControllerStore['listBuilds'] = options =>
    listBuilds(this.context.knex, options);

  listEvents: ControllerStore['listEvents'] = (buildId, after = 0) =>
    history.listEvents(this.context.knex, buildId, after);

  getQueue: ControllerStore['getQueue'] = () =>
    getQueue(this.context, this.options.limits);

  getLatestSucceeded: ControllerStore['getLatestSucceeded'] = entityRef =>
    history.getLatestSucceeded(this.context.knex, entityRef);

  getStatistics: ControllerStore['getStatistics'] = entityRef =>
    history.getStatistics(this.context, entityRef);

  getConfig: ControllerStore['getConfig'] = entityRef =>
    configs.getConfig(this.context.knex, entityRef);

  listConfigs: ControllerStore['listConfigs'] = options =>
    configs.listConfigs(this.context.knex, options);

  renameConfig: ControllerStore['renameConfig'] = (from, to) =>
    configs.renameConfig(this.context, from, to);

  setConfigOrphaned: ControllerStore['setConfigOrphaned'] = (ref, orphaned) =>
    configs.setConfigOrphaned(this.context, ref, orphaned);

  authorizeIngest: ControllerStore['authorizeIngest'] = (attempt, hash) =>
    tokens.authorizeIngest(this.context, attempt, hash);

  addIngestToken: ControllerStore['addIngestToken'] = (attempt, hash, until) =>
    tokens.addIngestToken(this.context, attempt, hash, until);

  getControllerState: ControllerStore['getControllerState'] = () =>
    state.readControllerState(this.context.knex);

  setAdmissionMode: ControllerStore['setAdmissionMode'] = (mode, by) =>
    state.setAdmissionMode(this.context, mode, by);

  register: ControllerStore['register'] = replica =>
    replicas.registerReplica(
      this.context,
      replica,
      this.options.isProcessAlive ?? isProcessAlive,
    );

  heartbeat: ControllerStore['heartbeat'] = replica =>
    replicas.heartbeat(this.context, replica);

  unregister: ControllerStore['unregister'] = replicaId =>
    replicas.unregisterReplica(this.context, replicaId);

  claimDueBuilds: ControllerStore['claimDueBuilds'] = options =>
    claims.claimDueBuilds(this.context, options);

  claimBuild: ControllerStore['claimBuild'] = (buildId, options) =>
    claims.claimBuild(this.context, buildId, options);

  renewLease: ControllerStore['renewLease'] = (claim, leaseMs) =>
    claims.renewLease(this.context, claim, leaseMs);

  releaseBuild: ControllerStore['releaseBuild'] = (claim, options) =>
    claims.releaseBuild(this.context, claim, options);

  commitDecision: ControllerStore['commitDecision'] = transition =>
    commitDecision(this.context, transition);

  admitBuilds: ControllerStore['admitBuilds'] = () =>
    admitBuilds(this.context, this.options.limits);

  claimTag: ControllerStore['claimTag'] = (tag, claimant) =>
    tags.claimTag(this.context, tag, claimant);

  releaseTag: ControllerStore['releaseTag'] = (tag, claimant) =>
    tags.releaseTag(this.context, tag, claimant);

  updateSteps: ControllerStore['updateSteps'] = (taskId, counts) =>
    updateSteps(this.context.knex, taskId, counts);

  claimOutbox: ControllerStore['claimOutbox'] = options =>
    outbox.claimOutbox(this.context, options);

  acknowledgeOutbox: ControllerStore['acknowledgeOutbox'] = ids =>
    outbox.acknowledgeOutbox(this.context, ids);

  findAttempts: ControllerStore['findAttempts'] = ids =>
    sweeping.findAttempts(this.context.knex, ids);

  findBuilds: ControllerStore['findBuilds'] = ids =>
    sweeping.findBuilds(this.context.knex, ids);

  listFinished: ControllerStore['listFinished'] = after =>
    sweeping.listFinished(this.context.knex, after);

  markLogsPurged: ControllerStore['markLogsPurged'] = buildIds =>
    sweeping.markLogsPurged(this.context, buildIds);

  deleteBuilds: ControllerStore['deleteBuilds'] = buildIds =>
    sweeping.deleteBuilds(this.context, buildIds);

  deleteExpired: ControllerStore['deleteExpired'] = options =>
    sweeping.deleteExpired(this.context, options);

  ping: ControllerStore['ping'] = async () => {
    await this.context.knex.raw('SELECT 1');
  };
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
