import type { Knex } from 'knex';
import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import type { StreamRow } from './StreamRow';

/**
 * The stream's row, made when it is missing, and nobody else's until the
 * transaction ends. SQLite has no row locks; its one writer at a time does.
 */
export async function lockStream(
  tx: Knex.Transaction,
  key: LogStreamKey,
): Promise<StreamRow> {
  const where = {
    build_id: key.buildId,
    attempt_id: key.attemptId,
    container: key.container,
  };
  const find = () =>
    tx<StreamRow>('log_streams').where(where).forUpdate().first();
  const found = await find();
  if (found) return found;
  await tx('log_streams')
    .insert(where)
    .onConflict(['build_id', 'attempt_id', 'container'])
    .ignore();
  const made = await find();
  if (!made) throw new Error('the row of a log stream vanished');
  return made;
}
