import type { Knex } from 'knex';
import type { BuildRow } from '../../domain/BuildRow';
import { fromBuildRow } from '../records/buildRecord';
import { toDate } from '../records/values';
import type { Idempotency, NewBuild } from '../NewBuild';
import type { StoreContext } from '../StoreContext';
import { StoreError } from '../StoreError';
import { BORN_LEASE_MS } from '../BornClaims';
import { together } from '../together';
import { findBuild } from './getBuild';

/** Writes a build in `Pending` in one transaction. See `BuildStore.insertBuild`. */
export async function insertBuild(
  context: StoreContext,
  request: NewBuild,
  idempotency: Idempotency | undefined,
): Promise<{ build: BuildRow; created: boolean }> {
  const id = context.newId();
  const { born, knex } = context;
  const token = born.replicaId && `${born.replicaId}/${context.newId()}`;
  const result = await knex.transaction(async trx => {
    if (idempotency) {
      const earlier = await rememberKey(context, trx, idempotency, id);
      if (earlier) return { build: earlier, created: false };
    }
    const config = await takeNumber(context, trx, request.entityRef);
    await claimRepositories(context, trx, config.id, request);
    const build = newRow(id, config, request, context.clock());
    await together(trx, [
      trx('builds').insert({
        ...fromBuildRow(build),
        next_wake_at: context.time.now(),
        lease_token: token ?? null,
        lease_until: token ? context.time.in(BORN_LEASE_MS) : null,
      }),
      trx('journal').insert({
        build_id: id,
        at: build.createdAt,
        type: 'Requested',
        message: requestedMessage(build),
      }),
    ]);
    return { build, created: true };
  });
  if (token && result.created) {
    born.put(token, { build: result.build, tasks: [], attempts: [] });
  }
  return result;
}

async function rememberKey(
  context: StoreContext,
  trx: Knex.Transaction,
  { scope, key, requestHash }: Idempotency,
  buildId: string,
): Promise<BuildRow | undefined> {
  const inserted = await trx('idempotency_keys')
    .insert({
      scope,
      key,
      request_hash: requestHash,
      build_id: buildId,
      created_at: context.clock(),
    })
    .onConflict(['scope', 'key'])
    .ignore()
    .returning('key');
  if (inserted.length > 0) return undefined;
  const earlier = await trx('idempotency_keys').where({ scope, key }).first();
  if (earlier.request_hash !== requestHash) {
    throw new StoreError(
      'IdempotencyKeyReused',
      'This Idempotency-Key was used for another request. Send a new key.',
      { field: 'Idempotency-Key' },
    );
  }
  const build = await findBuild(trx, earlier.build_id);
  if (!build) {
    throw new StoreError(
      'NotFound',
      'The build this Idempotency-Key started was deleted. Send a new key.',
      { field: 'Idempotency-Key' },
    );
  }
  return build;
}

/** The next number of the entity's configuration, which is made when it is the first. */
async function takeNumber(
  context: StoreContext,
  trx: Knex.Transaction,
  entityRef: string,
): Promise<{ id: string; number: number }> {
  const [row] = await trx('build_configs')
    .insert({
      id: context.newId(),
      entity_ref: entityRef,
      created_at: context.clock(),
      next_number: 2,
    })
    .onConflict('entity_ref')
    .merge({ next_number: trx.raw('build_configs.next_number + 1') })
    .returning([
      'id',
      'next_number',
      trx.raw('(SELECT mode FROM controller_state WHERE id = 1) AS mode'),
    ]);
  if (row.mode === 'Draining') {
    throw new StoreError(
      'Draining',
      'Builds are drained before maintenance. Try again when it is over.',
    );
  }
  return { id: row.id, number: row.next_number - 1 };
}

/** Claims repositories, or finds whose they are: the same statement says both. */
async function claimRepositories(
  context: StoreContext,
  trx: Knex.Transaction,
  configId: string,
  request: NewBuild,
): Promise<void> {
  const claims = await trx('repository_claims')
    .insert(
      request.inputs.destinations.map(repository => ({
        repository,
        config_id: configId,
        claimed_at: context.clock(),
      })),
    )
    .onConflict('repository')
    .merge({ repository: trx.raw('excluded.repository') })
    .returning(['repository', 'config_id', 'claimed_at']);
  const foreign = claims.find(claim => claim.config_id !== configId);
  if (!foreign) return;
  const owner = await trx('build_configs')
    .where({ id: foreign.config_id })
    .first('entity_ref');
  throw new StoreError(
    'RepositoryClaimed',
    `${owner?.entity_ref} publishes to ${foreign.repository} since ${toDate(
      foreign.claimed_at,
    ).toISOString()}. Choose another repository.`,
    { field: 'entityRef' },
  );
}

function newRow(
  id: string,
  config: { id: string; number: number },
  request: NewBuild,
  now: Date,
): BuildRow {
  return {
    id,
    configId: config.id,
    number: config.number,
    kind: 'build',
    entityRef: request.entityRef,
    ownerRef: request.ownerRef,
    phase: 'Pending',
    trigger: request.trigger,
    inputs: request.inputs,
    branch: request.inputs.branch,
    revision: request.inputs.revision,
    ref: request.inputs.ref,
    images: [],
    signed: 'NotChecked',
    movedTags: [],
    sequence: request.sequence,
    priority: request.priority ?? 0,
    createdAt: now,
    phaseTimes: { Pending: now },
    retryOf: request.retryOf,
    tries: 0,
    version: 1,
  };
}

function requestedMessage({ trigger }: BuildRow): string {
  const who = trigger.by.replace(/^(user|group):(default\/)?/, '');
  if (!trigger.ofBuild) return `Requested by ${who}.`;
  const what = trigger.kind === 'Retry' ? 'Retry' : 'Rebuild';
  return `${what} of #${trigger.ofBuild.number}, requested by ${who}.`;
}
