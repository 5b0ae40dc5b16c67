import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * When each Job was created: the API server's own clock, in milliseconds since
 * 1970 with microseconds. The audit log says it to the microsecond, the Job's
 * `creationTimestamp` only to the second.
 *
 * @param auditLog - file of audit events, one in a line
 * @returns times by the Jobs' names
 */
export async function createdJobs(
  auditLog: string,
  namespace: string,
): Promise<Map<string, number>> {
  const created = new Map<string, number>();
  const lines = createInterface({ input: createReadStream(auditLog) });
  for await (const line of lines) {
    if (!line.includes('"resource":"jobs"')) continue;
    const event = JSON.parse(line);
    if (
      event.verb === 'create' &&
      event.stage === 'ResponseComplete' &&
      event.responseStatus?.code === 201 &&
      event.objectRef?.resource === 'jobs' &&
      event.objectRef.namespace === namespace
    ) {
      created.set(event.objectRef.name, microseconds(event.stageTimestamp));
    }
  }
  return created;
}

/** `2026-11-21T12:00:00.123456Z` as milliseconds; a `Date` forgets the last digits. */
function microseconds(text: string): number {
  const [whole, fraction = '0Z'] = text.split('.');
  return Date.parse(`${whole}Z`) + Number(`0.${fraction.slice(0, -1)}`) * 1000;
}
