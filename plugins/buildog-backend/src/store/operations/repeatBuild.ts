import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import type { BuildRow } from '../../domain/BuildRow';
import type { Idempotency } from '../NewBuild';
import type { StoreContext } from '../StoreContext';
import { StoreError } from '../StoreError';
import { findBuild } from './getBuild';
import { insertBuild } from './insertBuild';

/** Same commit, same inputs, policy anew. See `BuildStore.retryBuild`. */
export async function retryBuild(
  context: StoreContext,
  id: string,
  by: string,
  idempotency: Idempotency | undefined,
): Promise<{ build: BuildRow; created: boolean }> {
  const original = await finishedBuild(context, id, 'retried');
  if (!original.revision) {
    throw new StoreError(
      'InvalidState',
      `#${original.number} never found its commit, so the same commit can't be built again. Use rebuild.`,
    );
  }
  const link = { id: original.id, number: original.number };
  return insertBuild(
    context,
    {
      entityRef: original.entityRef,
      ownerRef: original.ownerRef,
      trigger: { kind: 'Retry', by, ofBuild: link },
      inputs: {
        ...original.inputs,
        branch: original.branch,
        revision: original.revision,
        ref: original.ref,
      },
      priority: original.priority,
      retryOf: link,
      sequence: original.sequence,
    },
    idempotency,
  );
}

/** The branch resolved anew. See `BuildStore.rebuild`. */
export async function rebuild(
  context: StoreContext,
  id: string,
  by: string,
  idempotency: Idempotency | undefined,
): Promise<{ build: BuildRow; created: boolean }> {
  const original = await finishedBuild(context, id, 'rebuilt');
  return insertBuild(
    context,
    {
      entityRef: original.entityRef,
      ownerRef: original.ownerRef,
      trigger: {
        kind: 'Rebuild',
        by,
        ofBuild: { id: original.id, number: original.number },
      },
      inputs: {
        ...original.inputs,
        branch: original.branch ?? original.inputs.branch,
        revision: undefined,
        ref: undefined,
      },
      priority: original.priority,
    },
    idempotency,
  );
}

async function finishedBuild(
  context: StoreContext,
  id: string,
  verb: string,
): Promise<BuildRow> {
  const build = await findBuild(context.knex, id);
  if (!build) throw new StoreError('NotFound', `There is no build ${id}.`);
  if (!isTerminalBuildPhase(build.phase)) {
    throw new StoreError(
      'InvalidState',
      `#${build.number} is ${build.phase}. It can be ${verb} once it has ended.`,
    );
  }
  return build;
}
