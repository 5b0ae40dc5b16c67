import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { BuildRow } from '../../domain/BuildRow';
import { toBuildSummary } from '../../domain/view/toBuildSummary';
import { audited } from '../audited';
import { identifyCaller } from '../Caller';
import type { Caller } from '../Caller';
import type { HttpContext } from '../HttpContext';
import { parseInput } from '../parseInput';
import type { Idempotency } from '../../store/NewBuild';
import { findBuild, toResource } from './findBuild';
import { readIdempotency } from './idempotency';

const emptyBody = z.strictObject({}).optional();

/** `POST /v1/builds/{id}/cancel`: 202, also when it is asked for again. */
export function cancelBuild(context: HttpContext): RequestHandler {
  return command(context, 'cancel', async (id, caller) => ({
    build: await context.store.requestCancel(id, caller.name),
    status: 202,
  }));
}

/** `POST /v1/builds/{id}/retry`: 201 with a build of the same commit. */
export function retryBuild(context: HttpContext): RequestHandler {
  return command(context, 'retry', async (id, caller, options) =>
    made(await context.store.retryBuild(id, caller.name, options)),
  );
}

/** `POST /v1/builds/{id}/rebuild`: 201 with a build of the branch as it is now. */
export function rebuildBuild(context: HttpContext): RequestHandler {
  return command(context, 'rebuild', async (id, caller, options) =>
    made(await context.store.rebuild(id, caller.name, options)),
  );
}

interface Outcome {
  build: BuildRow;
  status: number;
}

function made({
  build,
  created,
}: {
  build: BuildRow;
  created: boolean;
}): Outcome {
  return { build, status: created ? 201 : 200 };
}

function command(
  context: HttpContext,
  verb: 'cancel' | 'retry' | 'rebuild',
  run: (
    id: string,
    caller: Caller,
    options: { idempotency?: Idempotency },
  ) => Promise<Outcome>,
): RequestHandler {
  return async (request, response) => {
    const caller = await identifyCaller(context, request);
    parseInput(emptyBody, request.body);
    const { id } = request.params;
    const { build, status } = await audited(
      context.auditor,
      { eventId: `build-${verb}`, request, meta: { buildId: id } },
      async () => {
        const original = await findBuild(
          context,
          caller,
          () => context.store.getBuild(id),
          verb === 'cancel' ? 'cancel' : 'create',
        );
        if (verb !== 'cancel') {
          await context.checkSource(original.build.inputs.repositoryUrl);
        }
        const outcome = await run(
          id,
          caller,
          readIdempotency(request, caller, request.body ?? {}),
        );
        return { result: outcome, meta: { buildId: outcome.build.id } };
      },
    );
    context.controller.wake(build.id);
    const snapshot = (await context.store.getBuild(build.id)) ?? {
      build,
      tasks: [],
      attempts: [],
    };
    response
      .status(status)
      .json(
        toBuildSummary(snapshot, caller.access.viewer(toResource(snapshot))),
      );
  };
}
