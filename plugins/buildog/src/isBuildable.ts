import { ANNOTATION_SOURCE_LOCATION, Entity } from '@backstage/catalog-model';

/**
 * True for entities that say where their source is: they have a Build tab,
 * which says what is missing where builds are not enabled yet.
 * @public
 */
export function isBuildable(entity: Entity): boolean {
  return Boolean(entity.metadata.annotations?.[ANNOTATION_SOURCE_LOCATION]);
}
