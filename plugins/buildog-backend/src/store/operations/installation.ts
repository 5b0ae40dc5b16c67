import type { StoreContext } from '../StoreContext';
import { StoreError } from '../StoreError';

/**
 * Gives a new database its installation id, once and for all.
 *
 * @param configured - the one of app-config; made at random without it.
 * @throws StoreError `InstallationMismatch` when the database has another.
 */
export async function ensureInstallation(
  { knex, newId }: StoreContext,
  configured: string | undefined,
): Promise<void> {
  await knex('controller_state')
    .insert({
      id: 1,
      installation_id: configured ?? newId(),
      mode: 'Open',
      next_sequence: 1,
    })
    .onConflict('id')
    .ignore();
  const state = await knex('controller_state').where({ id: 1 }).first();
  if (configured !== undefined && state.installation_id !== configured) {
    throw new StoreError(
      'InstallationMismatch',
      `buildog.installationId is ${configured}, but this database belongs to installation ${state.installation_id}. Set it to that, or remove it.`,
      { field: 'buildog.installationId' },
    );
  }
}
