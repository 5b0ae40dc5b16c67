import type { PermissionCriteria } from '@backstage/plugin-permission-common';
import type { BuildFilter } from '../../store/BuildFilter';
import type { BuildQuery } from './buildRules';

/** The store's form of a permission's transformed conditions. */
export function toBuildFilter(
  criteria: PermissionCriteria<BuildQuery>,
): BuildFilter {
  if ('allOf' in criteria) return { allOf: criteria.allOf.map(toBuildFilter) };
  if ('anyOf' in criteria) return { anyOf: criteria.anyOf.map(toBuildFilter) };
  if ('not' in criteria) return { not: toBuildFilter(criteria.not) };
  return criteria;
}
