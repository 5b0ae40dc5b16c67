import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import type { BuildVerb } from '../access/BuildAccess';
import type { BuildResource } from '../access/buildRules';
import type { Caller } from '../Caller';
import type { HttpContext } from '../HttpContext';
import { RequestError } from '../RequestError';

/** What permission rules look at. */
export function toResource({ build }: BuildSnapshot): BuildResource {
  return { entityRef: build.entityRef, ownerRef: build.ownerRef };
}

/**
 * A build that the caller may see: both by Buildog's permissions and by those
 * of its entity. Every other build is 404, as one that is not there.
 *
 * @param verb - what else the caller wants; without it 403
 */
export async function findBuild(
  context: HttpContext,
  caller: Caller,
  load: () => Promise<BuildSnapshot | undefined>,
  verb: BuildVerb = 'read',
): Promise<BuildSnapshot> {
  const snapshot = await load();
  if (
    !snapshot ||
    !caller.access.may('read', toResource(snapshot)) ||
    !(await mayReadEntity(context, caller, snapshot.build.entityRef))
  ) {
    throw new RequestError('NotFoundError', 'There is no such build.', {
      code: 'NotFound',
    });
  }
  requireVerb(caller, verb, toResource(snapshot));
  return snapshot;
}

/** @throws RequestError 403 that says whom to ask. */
export function requireVerb(
  caller: Pick<Caller, 'access'>,
  verb: BuildVerb,
  resource: BuildResource,
): void {
  if (caller.access.may(verb, resource)) return;
  const owner = resource.ownerRef?.split('/').pop();
  const what = {
    read: 'You may not see builds of this component.',
    create: 'You may see these builds, not start them.',
    cancel: 'You may see these builds, not cancel them.',
    readLog: 'You may see these builds, not read their logs.',
  }[verb];
  throw new RequestError(
    'NotAllowedError',
    owner ? `${what} Ask ${owner}.` : what,
    { code: 'NotAllowed' },
  );
}

async function mayReadEntity(
  { catalog }: HttpContext,
  { credentials }: Caller,
  entityRef: string,
): Promise<boolean> {
  const entity = await catalog.getEntityByRef(entityRef, { credentials });
  return entity !== undefined;
}
