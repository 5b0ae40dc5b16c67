import { RELATION_OWNED_BY } from '@backstage/catalog-model';
import type { Entity } from '@backstage/catalog-model';
import type { EntityFacts } from '../../catalog/EntityFacts';
import type { Sender } from '../Caller';
import type { HttpContext } from '../HttpContext';
import { RequestError } from '../RequestError';

/** An entity that the caller may read; every other one is 404. */
export async function findEntity(
  { catalog }: HttpContext,
  { credentials }: Sender,
  entityRef: string,
): Promise<Entity> {
  const entity = await catalog.getEntityByRef(entityRef, { credentials });
  if (entity) return entity;
  throw new RequestError(
    'NotFoundError',
    `There is no entity ${entityRef} that you may see.`,
    { code: 'EntityNotFound', field: 'entityRef' },
  );
}

/**
 * What a build of the entity needs.
 * @throws RequestError 422 with what is missing, when it cannot be built.
 */
export function requireFacts(
  { readEntity }: HttpContext,
  entity: Entity,
): EntityFacts {
  const readiness = readEntity(entity);
  if (readiness.state === 'Ready') return readiness.facts;
  throw new RequestError('UnprocessableError', readiness.message, {
    code: readiness.state,
    field: 'entityRef',
  });
}

/** Who owns an entity, as the catalog's relations have it. */
export function ownerOf(entity: Entity): string | undefined {
  return entity.relations?.find(r => r.type === RELATION_OWNED_BY)?.targetRef;
}
