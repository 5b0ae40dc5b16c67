import { BuilderError } from '../../errors/BuilderError';

/** The error for a flag that is not what it has to be. */
export function badFlag(
  flag: string,
  value: string,
  remedy: string,
): BuilderError {
  const shown = JSON.stringify(
    value.length > 80 ? `${value.slice(0, 80)}…` : value,
  );
  return new BuilderError('validation', `${flag} ${shown}: ${remedy}`);
}

/** `NAME=value` parts, in the order given; the last of a name wins. */
export function parsePairs(
  flag: string,
  values: readonly string[],
  fallback?: (name: string) => string | undefined,
): Record<string, string> {
  const pairs: [string, string][] = [];
  for (const value of values) {
    const equals = value.indexOf('=');
    const name = equals < 0 ? value : value.slice(0, equals);
    if (name === '' || /[\0\n]/.test(name)) {
      throw badFlag(flag, value, 'write NAME=value');
    }
    if (equals >= 0) pairs.push([name, value.slice(equals + 1)]);
    else {
      // As docker does: a name alone takes the value of the environment.
      const known = fallback?.(name);
      if (known !== undefined) pairs.push([name, known]);
      else if (!fallback) throw badFlag(flag, value, 'write NAME=value');
    }
  }
  return Object.fromEntries(pairs);
}

/** Fields of `key=value,key=value`; a key alone is `''`. Doubled quotes around a field keep its commas. */
export function parseFields(
  flag: string,
  value: string,
  known: readonly string[],
): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of value.match(/(?:"(?:[^"]|"")*"|[^,])+/g) ?? []) {
    const field = part.startsWith('"')
      ? part.slice(1, -1).replace(/""/g, '"')
      : part;
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).trim();
    if (!known.includes(key)) {
      throw badFlag(
        flag,
        value,
        `${JSON.stringify(key)} is none of ${known.join(', ')}`,
      );
    }
    fields.set(key, equals < 0 ? '' : field.slice(equals + 1));
  }
  return fields;
}
