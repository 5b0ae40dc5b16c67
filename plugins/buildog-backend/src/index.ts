/**
 * The controller: builds container images on Kubernetes for the entities of a
 * Backstage catalog.
 *
 * @packageDocumentation
 */
export { buildogFeatures as default } from './buildogFeatures';
export { buildogPlugin } from './plugin';
export {
  buildConditions,
  buildResourceRef,
  createBuildConditionalDecision,
  isEntityOwner,
} from './http/access/buildRules';
export type { BuildQuery, BuildResource } from './http/access/buildRules';
