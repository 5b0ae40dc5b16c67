import {
  createConditionExports,
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_BUILDOG_BUILD } from '@buildog/plugin-buildog-common';
import { z } from 'zod';

/**
 * What permission rules look at: a build, or an entity that is to be built.
 * @public
 */
export interface BuildResource {
  entityRef: string;
  ownerRef?: string;
}

/** A condition on one column of the builds. @public */
export interface BuildQuery {
  property: 'ownerRef' | 'entityRef';
  values: string[];
}

/** @public */
export const buildResourceRef = createPermissionResourceRef<
  BuildResource,
  BuildQuery
>().with({ pluginId: 'buildog', resourceType: RESOURCE_TYPE_BUILDOG_BUILD });

/**
 * The build's entity is owned by one of `claims`: entity refs of a person
 * and their groups, as `user.info.ownershipEntityRefs` has them.
 * @public
 */
export const isEntityOwner = createPermissionRule({
  name: 'IS_ENTITY_OWNER',
  description: 'Allow builds of entities owned by one of the claims',
  resourceRef: buildResourceRef,
  paramsSchema: z.object({
    claims: z
      .array(z.string())
      .describe('Entity refs, at least one of which owns the entity'),
  }),
  apply: ({ ownerRef }, { claims }) =>
    ownerRef !== undefined && claims.includes(ownerRef),
  toQuery: ({ claims }) => ({ property: 'ownerRef' as const, values: claims }),
});

/** All rules of the resource type `buildog-build`. */
export const buildRules = [isEntityOwner];

/**
 * For permission policies: `buildConditions.isEntityOwner({claims})` within
 * `createBuildConditionalDecision(permission, …)`.
 * @public
 */
export const {
  conditions: buildConditions,
  createConditionalDecision: createBuildConditionalDecision,
} = createConditionExports({
  resourceRef: buildResourceRef,
  rules: { isEntityOwner },
});
