import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import { LogStoreError } from '@buildog/plugin-buildog-node';

/** An append at an offset that is not the stream's size. */
export function offsetConflict(
  key: LogStreamKey,
  offset: number,
  size: number,
): LogStoreError {
  return new LogStoreError(
    'OffsetConflict',
    `the log of ${key.container} in attempt ${key.attemptId} has ${size} bytes, not ${offset}`,
    { size },
  );
}

/** Whether an error is an {@link offsetConflict}, and the size it tells. */
export function conflictSize(error: unknown): number | undefined {
  return error instanceof LogStoreError && error.code === 'OffsetConflict'
    ? error.size
    : undefined;
}
