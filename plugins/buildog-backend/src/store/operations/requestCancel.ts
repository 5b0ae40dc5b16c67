import {
  BUILD_PHASES,
  isCancelablePhase,
} from '@buildog/plugin-buildog-common';
import type { BuildRow } from '../../domain/BuildRow';
import type { StoreContext } from '../StoreContext';
import { StoreError } from '../StoreError';
import { findBuild } from './getBuild';

/** Notes the wish to cancel; the controller acts on it. See `BuildStore.requestCancel`. */
export async function requestCancel(
  context: StoreContext,
  id: string,
  by: string,
): Promise<BuildRow> {
  const { knex, clock, time } = context;
  const changed = await knex('builds')
    .where({ id })
    .whereNull('cancel_requested_at')
    .whereIn('phase', BUILD_PHASES.filter(isCancelablePhase))
    .update({
      cancel_requested_at: clock(),
      cancel_requested_by: by,
      version: knex.raw('version + 1'),
      next_wake_at: time.now(),
    });
  const build = await findBuild(knex, id);
  if (!build) throw new StoreError('NotFound', `There is no build ${id}.`);
  if (changed === 0 && build.cancelRequestedAt === undefined) {
    throw new StoreError(
      'InvalidState',
      build.phase === 'Tagging'
        ? `#${build.number} is moving its tags and can't be canceled any more.`
        : `#${build.number} has ended: ${build.phase}.`,
    );
  }
  return build;
}
