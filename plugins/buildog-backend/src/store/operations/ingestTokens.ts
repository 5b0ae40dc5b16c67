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

/** Whether that token is of that attempt and has not expired. */
export async function verifyIngestToken(
  { knex, clock }: StoreContext,
  attemptId: string,
  tokenHash: string,
): Promise<boolean> {
  const row = await knex('ingest_tokens')
    .where({ token_hash: tokenHash, attempt_id: attemptId })
    .where('expires_at', '>', clock())
    .first('token_hash');
  return row !== undefined;
}
