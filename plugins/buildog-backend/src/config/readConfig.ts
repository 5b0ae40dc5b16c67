import type { Config } from '@backstage/config';
import type { z } from 'zod';
import { type BuildogConfig, buildogConfigSchema } from './BuildogConfig';
import { checkReferences } from './checkReferences';
import { ConfigError } from './ConfigError';

const SECRET = /password|token|key$|secret/i;

/**
 * Reads `buildog` of app-config. Without the section everything has its
 * default, and no build can run: the tab says what is missing.
 *
 * @throws ConfigError with every mistake at once.
 */
export function readConfig(config: Config): BuildogConfig {
  const raw = config.getOptional('buildog') ?? {};
  const parsed = buildogConfigSchema.safeParse(raw);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.flatMap(issue => describe(issue, raw)),
      { cause: undefined },
    );
  }
  const problems = checkReferences(parsed.data);
  if (problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

function describe(issue: z.core.$ZodIssue, raw: unknown): string[] {
  if (issue.code === 'invalid_union') {
    // The branch that got furthest knows best what was meant.
    const branches = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
    return branches.flatMap(inner =>
      describe({ ...inner, path: [...issue.path, ...inner.path] }, raw),
    );
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      name =>
        `${key([
          ...issue.path,
          name,
        ])} is not a setting; remove it or correct its name`,
    );
  }
  const value = shown(issue.path, raw);
  return [`${key(issue.path)}${value}: ${issue.message}`];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(...issues.map(issue => issue.path.length));
}

function key(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`,
    'buildog',
  );
}

function shown(path: readonly PropertyKey[], raw: unknown): string {
  const value = path.reduce<unknown>(
    (current, part) =>
      typeof current === 'object' && current !== null
        ? Reflect.get(current, part)
        : undefined,
    raw,
  );
  if (value === undefined || path.some(part => SECRET.test(String(part)))) {
    return '';
  }
  return ` is ${JSON.stringify(value).slice(0, 80)}`;
}
