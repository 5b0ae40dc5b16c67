import type { TagClaim } from '../ControllerStore';
import type { StoreContext } from '../StoreContext';

/** A tag of a repository. */
export interface TagName {
  /** `host/path` */
  repository: string;
  tag: string;
}

/**
 * Takes the right to move a tag. Tags never go back: a build that was
 * admitted before the tag's last mover is refused. See
 * `ControllerStore.claimTag`.
 */
export async function claimTag(
  { knex, time }: StoreContext,
  { repository, tag }: TagName,
  claimant: { buildId: string; sequence: number; leaseMs: number },
): Promise<TagClaim> {
  await knex('tag_admissions')
    .insert({ repository, tag, sequence: 0 })
    .onConflict(['repository', 'tag'])
    .ignore();
  const granted = await knex('tag_admissions')
    .where({ repository, tag })
    .where('sequence', '<=', claimant.sequence)
    .where(
      knex.raw(
        '(moving_until IS NULL OR moving_until < ? OR moving_build_id = ?)',
        [time.now(), claimant.buildId],
      ),
    )
    .update({
      moving_build_id: claimant.buildId,
      moving_until: time.in(claimant.leaseMs),
    });
  if (granted === 1) return { state: 'Granted' };
  const row = await knex('tag_admissions').where({ repository, tag }).first();
  return row && Number(row.sequence) > claimant.sequence
    ? { state: 'Newer', build: { id: row.build_id, number: row.build_number } }
    : { state: 'Busy' };
}

/** Ends a claim; `moved` remembers the admission that owns the tag now. */
export async function releaseTag(
  { knex }: StoreContext,
  { repository, tag }: TagName,
  claimant: {
    buildId: string;
    number: number;
    sequence: number;
    moved: boolean;
  },
): Promise<void> {
  await knex('tag_admissions')
    .where({ repository, tag, moving_build_id: claimant.buildId })
    .update({
      moving_build_id: null,
      moving_until: null,
      ...(claimant.moved && {
        sequence: claimant.sequence,
        build_id: claimant.buildId,
        build_number: claimant.number,
      }),
    });
}
