import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import type { Request } from 'express';
import { findBuild } from '../builds/findBuild';
import { identifyCaller } from '../Caller';
import type { Caller } from '../Caller';
import type { HttpContext } from '../HttpContext';
import { RequestError } from '../RequestError';

const CONTAINER = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The attempt a log route names, of a build whose logs the caller may read.
 * The attempt must be that build's: other people's ids lead to 404.
 */
export async function findAttempt(
  context: HttpContext,
  request: Request,
): Promise<{ caller: Caller; buildId: string; attemptId: string }> {
  const caller = await identifyCaller(context, request);
  const { id, attemptId } = request.params;
  const { build, attempts } = await findBuild(
    context,
    caller,
    () => context.store.getBuild(id),
    'readLog',
  );
  if (!attempts.some(attempt => attempt.id === attemptId)) {
    throw new RequestError('NotFoundError', 'There is no such attempt.', {
      code: 'NotFound',
    });
  }
  return { caller, buildId: build.id, attemptId };
}

/** As {@link findAttempt}, with the container. */
export async function findStream(
  context: HttpContext,
  request: Request,
): Promise<{ caller: Caller; key: LogStreamKey }> {
  const { caller, buildId, attemptId } = await findAttempt(context, request);
  const { container } = request.params;
  if (!CONTAINER.test(container)) {
    throw new RequestError('NotFoundError', 'There is no such log.', {
      code: 'NotFound',
    });
  }
  return { caller, key: { buildId, attemptId, container } };
}
