import type { Build } from '@buildog/plugin-buildog-common';
import type { RequestHandler } from 'express';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import { toBuild } from '../../domain/view/toBuild';
import { identifyCaller } from '../Caller';
import type { Caller } from '../Caller';
import type { HttpContext } from '../HttpContext';
import { parseFullEntityRef, parseNumber } from '../parseInput';
import { findBuild, toResource } from './findBuild';

/** `GET /v1/builds/{id}` */
export function getBuild(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const caller = await identifyCaller(context, request);
    const snapshot = await findBuild(context, caller, () =>
      context.store.getBuild(request.params.id),
    );
    response.json(await viewBuild(context, caller, snapshot));
  };
}

/** `GET /v1/entities/{kind}/{namespace}/{name}/builds/{number}` */
export function getBuildByNumber(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const caller = await identifyCaller(context, request);
    const { kind, namespace, name } = request.params;
    const entityRef = parseFullEntityRef(
      `${kind}:${namespace}/${name}`,
      'entityRef',
    );
    const number = parseNumber(request.params.number, 'number', {
      min: 1,
      max: 2 ** 31 - 1,
    });
    const snapshot = await findBuild(context, caller, () =>
      context.store.getBuildByNumber(entityRef, number),
    );
    response.json(await viewBuild(context, caller, snapshot));
  };
}

async function viewBuild(
  context: HttpContext,
  caller: Caller,
  snapshot: BuildSnapshot,
): Promise<Build> {
  const { store } = context;
  const { id, phase } = snapshot.build;
  const [events, queue] = await Promise.all([
    store.listEvents(id),
    phase === 'Queued' ? store.getQueue() : undefined,
  ]);
  return toBuild(snapshot, caller.access.viewer(toResource(snapshot)), {
    events,
    queue: queue?.get(id),
    sourceUrl: context.sourceUrl(snapshot),
    verifyCommand: context.verifyCommand(snapshot),
  });
}
