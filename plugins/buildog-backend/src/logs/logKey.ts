import { LogStoreError } from '@buildog/plugin-buildog-node';
import type { LogStreamKey } from '@buildog/plugin-buildog-common';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const CONTAINER = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Refuses what could leave a folder or a key prefix: keys become paths.
 *
 * @throws LogStoreError `InvalidKey`, naming the field.
 */
export function checkLogKey(key: LogStreamKey): void {
  checkId('buildId', key.buildId);
  checkId('attemptId', key.attemptId);
  if (!CONTAINER.test(key.container)) throw invalid('container', key.container);
}

/** As {@link checkLogKey}, for one id. */
export function checkId(field: string, value: string): void {
  if (!ID.test(value)) throw invalid(field, value);
}

/** One text per stream, for maps. */
export function logKeyText(key: LogStreamKey): string {
  return `${key.buildId}/${key.attemptId}/${key.container}`;
}

function invalid(field: string, value: string): LogStoreError {
  return new LogStoreError(
    'InvalidKey',
    `${field} of a log cannot be ${JSON.stringify(String(value).slice(0, 64))}`,
  );
}
