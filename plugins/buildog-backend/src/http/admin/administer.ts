import type { RequestHandler } from 'express';
import { z } from 'zod';
import { audited } from '../audited';
import { identifyCaller } from '../Caller';
import type { Caller } from '../Caller';
import type { HttpContext } from '../HttpContext';
import { parseInput } from '../parseInput';
import { RequestError } from '../RequestError';

const emptyBody = z.strictObject({}).optional();

/** `GET /v1/admin/status` */
export function getStatus(context: HttpContext): RequestHandler {
  return async (request, response) => {
    await requireAdministrator(context, await identifyCaller(context, request));
    response.json(await viewStatus(context));
  };
}

/** `POST /v1/admin/{pause,drain,resume}`: the state afterwards. */
export function setMode(
  context: HttpContext,
  verb: 'pause' | 'drain' | 'resume',
): RequestHandler {
  return async (request, response) => {
    const caller = await identifyCaller(context, request);
    parseInput(emptyBody, request.body);
    await audited(
      context.auditor,
      { eventId: `admission-${verb}`, request, severityLevel: 'high' },
      async () => {
        await requireAdministrator(context, caller);
        await context.controller[verb](caller.name);
        return { result: undefined };
      },
    );
    response.json(await viewStatus(context));
  };
}

async function requireAdministrator(
  { access }: HttpContext,
  { credentials }: Caller,
): Promise<void> {
  if (await access.mayAdminister(credentials)) return;
  throw new RequestError(
    'NotAllowedError',
    'This needs the permission buildog.administer.',
    { code: 'NotAllowed' },
  );
}

async function viewStatus({ store, controller }: HttpContext) {
  const [state, queue] = await Promise.all([
    store.getControllerState(),
    store.getQueue(),
  ]);
  const { ok, message, passes, lastClaimAt } = controller.health();
  return {
    installationId: state.installationId,
    mode: state.mode,
    changedBy: state.changedBy,
    changedAt: state.changedAt?.toISOString(),
    queued: queue.size,
    replica: { ok, message, passes, lastClaimAt: lastClaimAt?.toISOString() },
  };
}
