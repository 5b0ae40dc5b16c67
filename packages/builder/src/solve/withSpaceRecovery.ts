import { statfs } from 'node:fs/promises';
import { BuilderError, isBuilderError } from '../errors/BuilderError';
import type { SolveTools } from './SolveTools';

/**
 * Does something that may fill the disk. When it does, the cache is pruned once
 * and the work is tried once more; after that the error tells how much is free.
 */
export async function withSpaceRecovery<T>(
  tools: Pick<SolveTools, 'freeSpace' | 'scratch'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOutOfSpace(error)) throw error;
    await tools.freeSpace();
  }
  try {
    return await work();
  } catch (error) {
    if (!isOutOfSpace(error)) throw error;
    const { bavail, bsize } = await statfs(tools.scratch);
    const free = Math.round((bavail * bsize) / 1024 ** 2);
    throw new BuilderError(
      'resource',
      `no space is left for the build: ${free} MiB are free beside the cache, which was pruned already; make room or put the cache elsewhere (--cache-dir)`,
      { cause: error },
    );
  }
}

/** True when the disk or a quota is full, however deep that stands. */
export function isOutOfSpace(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT') return true;
  // A step that filled its own limit does not become smaller by pruning.
  if (isBuilderError(error) && error.kind === 'execution') return false;
  return isOutOfSpace(cause, depth + 1);
}
