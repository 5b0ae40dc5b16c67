import { writeFile } from 'node:fs/promises';
import { RESULT_LIMIT_BYTES, type AgentFailure } from '../protocol';

/**
 * Writes a result file. A failure's message is shortened until the file fits
 * into what Kubernetes keeps; results of success fit by their schemas.
 *
 * @throws RangeError when even so it does not fit
 */
export async function writeResult(
  path: string,
  result: AgentFailure | { ok: true },
): Promise<void> {
  await writeFile(path, formatResult(result));
}

/** The text of a result file. */
export function formatResult(result: AgentFailure | { ok: true }): string {
  let text = JSON.stringify(result);
  if (Buffer.byteLength(text) > RESULT_LIMIT_BYTES && !result.ok) {
    const message = `${result.reason.message.slice(0, 256)}…`;
    text = JSON.stringify({ ...result, reason: { ...result.reason, message } });
  }
  if (Buffer.byteLength(text) > RESULT_LIMIT_BYTES) {
    throw new RangeError(`a result of ${Buffer.byteLength(text)} bytes`);
  }
  return text;
}
