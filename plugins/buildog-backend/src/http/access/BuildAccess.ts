import type {
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type {
  PolicyDecision,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import {
  buildogAdministerPermission,
  buildogBuildCancelPermission,
  buildogBuildCreatePermission,
  buildogBuildReadPermission,
  buildogLogReadPermission,
} from '@buildog/plugin-buildog-common';
import type { Viewer } from '../../domain/view/Viewer';
import type { BuildFilter } from '../../store/BuildFilter';
import { buildResourceRef } from './buildRules';
import type { BuildResource } from './buildRules';
import { toBuildFilter } from './toBuildFilter';

const PERMISSIONS = {
  read: buildogBuildReadPermission,
  create: buildogBuildCreatePermission,
  cancel: buildogBuildCancelPermission,
  readLog: buildogLogReadPermission,
} as const satisfies Record<string, ResourcePermission>;

/** What one may want to do with a build. */
export type BuildVerb = keyof typeof PERMISSIONS;

const VERBS = Object.keys(PERMISSIONS) as BuildVerb[];

/** The permission framework's answers for one caller, for one request. */
export interface CallerAccess {
  may(verb: BuildVerb, resource: BuildResource): boolean;
  viewer(resource: BuildResource): Viewer;
  /** What the caller may see in lists: a condition, or everything, or nothing. */
  readFilter(): BuildFilter | 'everything' | 'nothing';
}

/**
 * Asks the permission framework once per request for all that Buildog knows,
 * and applies conditional answers itself, to one build or as an SQL filter.
 */
export class BuildAccess {
  readonly #authorize: (
    decision: PolicyDecision,
    resource: BuildResource,
  ) => boolean;
  readonly #toFilter: (
    decision: Extract<PolicyDecision, { conditions: unknown }>,
  ) => BuildFilter;

  constructor(
    private readonly permissions: PermissionsService,
    registry: PermissionsRegistryService,
  ) {
    const rules = registry.getPermissionRuleset(buildResourceRef);
    const transform = createConditionTransformer(rules);
    this.#authorize = createConditionAuthorizer(rules);
    this.#toFilter = decision => toBuildFilter(transform(decision.conditions));
  }

  /** What the caller may do with builds. */
  async of(credentials: BackstageCredentials): Promise<CallerAccess> {
    const answers = await this.permissions.authorizeConditional(
      VERBS.map(verb => ({ permission: PERMISSIONS[verb] })),
      { credentials },
    );
    const decisions = Object.fromEntries(
      VERBS.map((verb, index) => [verb, answers[index]]),
    ) as Record<BuildVerb, PolicyDecision>;
    const may = (verb: BuildVerb, resource: BuildResource) =>
      this.#authorize(decisions[verb], resource);
    return {
      may,
      viewer: resource => ({
        mayCreate: may('create', resource),
        mayCancel: may('cancel', resource),
        mayReadLog: may('readLog', resource),
      }),
      readFilter: () => {
        const { read } = decisions;
        if (read.result === AuthorizeResult.ALLOW) return 'everything';
        return 'conditions' in read ? this.#toFilter(read) : 'nothing';
      },
    };
  }

  /** Whether the caller administers Buildog. */
  async mayAdminister(credentials: BackstageCredentials): Promise<boolean> {
    const [{ result }] = await this.permissions.authorize(
      [{ permission: buildogAdministerPermission }],
      { credentials },
    );
    return result === AuthorizeResult.ALLOW;
  }
}
