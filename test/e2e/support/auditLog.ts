import { readFileSync } from 'node:fs';

/**
 * How many objects of a kind were created in a namespace since a time, by the
 * API server's own audit log.
 */
export function countCreates(
  auditLog: string,
  resource: 'jobs' | 'pods',
  namespace: string,
  since: Date,
): number {
  return readFileSync(auditLog, 'utf8')
    .split('\n')
    .filter(line => line.includes('"create"') && line.includes(resource))
    .map(line => JSON.parse(line))
    .filter(
      event =>
        event.stage === 'ResponseComplete' &&
        event.verb === 'create' &&
        event.objectRef?.resource === resource &&
        event.objectRef.namespace === namespace &&
        !event.objectRef.subresource &&
        event.responseStatus?.code === 201 &&
        new Date(event.requestReceivedTimestamp) >= since,
    ).length;
}
