import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { z } from 'zod';
import { RequestError } from './RequestError';

const ENTITY_REF =
  /^[a-z][a-z0-9-]{0,62}:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\/[a-z0-9](?:[a-z0-9_.-]{0,61}[a-z0-9])?$/;

/**
 * A body or query of the given shape.
 * @throws RequestError 400 with the path of the first wrong field.
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const field = [...path, issue.keys[0]].join('.');
    throw new RequestError('InputError', `There is no field "${field}".`, {
      code: 'UnknownField',
      field,
    });
  }
  const field = path.join('.') || 'body';
  throw new RequestError('InputError', `${field}: ${issue.message}`, {
    code: 'InvalidField',
    field,
  });
}

/**
 * The canonical form of a full entity ref, lower case.
 * @throws RequestError 400
 */
export function parseFullEntityRef(text: string, field: string): string {
  try {
    const ref = stringifyEntityRef(parseEntityRef(text));
    if (ENTITY_REF.test(ref)) return ref;
  } catch {
    // Answered below, as every other form that is not wanted.
  }
  throw new RequestError(
    'InputError',
    `${field}: ${JSON.stringify(
      text.slice(0, 100),
    )} is not a full entity ref such as component:default/name`,
    { code: 'InvalidField', field },
  );
}

/** A whole number of a path or query. @throws RequestError 400 */
export function parseNumber(
  text: unknown,
  field: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER } = {},
): number {
  const value =
    typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new RequestError(
    'InputError',
    `${field} is not a whole number from ${min}${
      max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`
    }`,
    { code: 'InvalidField', field },
  );
}
