import type { Knex } from 'knex';
import type {
  AdmissionMode,
  ControllerState,
} from '../../domain/ControllerState';
import { toOptionalDate } from '../records/values';
import type { StoreContext } from '../StoreContext';
import { StoreError } from '../StoreError';

/** Reads what all replicas share; `register` has made the row. */
export async function readControllerState(
  knex: Knex,
): Promise<ControllerState> {
  const row = await knex('controller_state').where({ id: 1 }).first();
  if (!row) {
    throw new StoreError('NotFound', 'The controller has never started.');
  }
  return {
    installationId: row.installation_id,
    mode: row.mode,
    changedBy: row.changed_by ?? undefined,
    changedAt: toOptionalDate(row.changed_at),
  };
}

/** Opens, pauses or drains. Every unadmitted build is looked at again soon. */
export async function setAdmissionMode(
  context: StoreContext,
  mode: AdmissionMode,
  by: string,
): Promise<ControllerState> {
  await context.knex('controller_state').where({ id: 1 }).update({
    mode,
    changed_by: by,
    changed_at: context.clock(),
  });
  return readControllerState(context.knex);
}
