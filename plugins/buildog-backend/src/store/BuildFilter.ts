/**
 * Which builds somebody may see, as a condition on columns, so that lists
 * filter in SQL. The edge translates permission rules into it; an empty
 * `values` matches nothing.
 */
export type BuildFilter =
  | { property: 'ownerRef' | 'entityRef'; values: string[] }
  | { allOf: BuildFilter[] }
  | { anyOf: BuildFilter[] }
  | { not: BuildFilter };
