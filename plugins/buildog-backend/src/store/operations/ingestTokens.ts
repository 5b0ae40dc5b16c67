import type { StoreContext } from '../StoreContext';

/** Lets a token's holder send the logs of an attempt until it expires. */
export async function addIngestToken(
  { knex }: StoreContext,
  attemptId: string,
  tokenHash: string,
  expiresAt: Date,
): Promise<void> {
  await knex('ingest_tokens')
    .insert({
      token_hash: tokenHash,
      attempt_id: attemptId,
      expires_at: expiresAt,
    })
    .onConflict('token_hash')
    .merge();
}

/** The build whose logs the token's holder may write. */
export async function authorizeIngest(
  { knex, clock }: StoreContext,
  attemptId: string,
  tokenHash: string,
): Promise<{ buildId: string } | undefined> {
  const row = await knex('ingest_tokens')
    .join('attempts', 'attempts.id', 'ingest_tokens.attempt_id')
    .where({ token_hash: tokenHash, attempt_id: attemptId })
    .where('expires_at', '>', clock())
    .first('attempts.build_id');
  return row && { buildId: row.build_id };
}
