import { formatPlatform, type Platform } from '@buildog/oci';
import type { Dockerfile } from '../dockerfile/Dockerfile';
import { at } from '../dockerfile/parser/statementError';
import { expandWord } from '../dockerfile/shell/expandWord';
import { Environment } from './Environment';
import { formatFullPlatform } from './platform';

/** Build arguments that need no `ARG`. */
const proxyNames = ['HTTP', 'HTTPS', 'FTP', 'NO', 'ALL'].map(
  name => `${name}_PROXY`,
);
const platformNames = ['PLATFORM', 'OS', 'OSVERSION', 'ARCH', 'VARIANT'];
const predefined = new Set([
  ...proxyNames,
  ...platformNames.flatMap(name => [`BUILD${name}`, `TARGET${name}`]),
  'TARGETSTAGE',
  'SOURCE_DATE_EPOCH',
]);

/** Whether an argument means something without an `ARG`. */
export function isPredefined(name: string): boolean {
  return (
    predefined.has(name) ||
    name.startsWith('BUILDKIT_') ||
    proxyNames.includes(name.toUpperCase())
  );
}

/** The proxy arguments as variables for `RUN`, in both spellings. */
export function proxyVariables(
  buildArgs: Readonly<Record<string, string>>,
): string[] {
  return proxyNames.flatMap(name => {
    const found = Object.entries(buildArgs).filter(
      ([given, value]) => given.toUpperCase() === name && value !== '',
    );
    const value = found[found.length - 1]?.[1];
    return value === undefined
      ? []
      : [`${name}=${value}`, `${name.toLowerCase()}=${value}`];
  });
}

/**
 * The arguments that `FROM` can use and that an `ARG` without default takes
 * over: platforms, then the Dockerfile's own in their order.
 *
 * @param buildArgs - win over defaults; `{}` shows what the defaults alone give
 */
export function globalArguments(
  dockerfile: Dockerfile,
  buildArgs: Readonly<Record<string, string>>,
  platforms: {
    readonly build: Platform;
    readonly target: Platform;
    readonly stage: string;
  },
): Environment {
  const { build, target, stage } = platforms;
  const defaults: [string, string][] = [
    ['BUILDPLATFORM', formatPlatform(build)],
    ...describe('BUILD', build),
    ['TARGETPLATFORM', formatFullPlatform(target)],
    ...describe('TARGET', target),
    ['TARGETSTAGE', stage],
  ];
  const given = (name: string) =>
    Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined;
  const values = new Environment(
    defaults.map(([name, value]) => [name, given(name) ?? value]),
  );
  for (const instruction of dockerfile.globalArguments) {
    at(instruction, () => {
      for (const { name, value } of instruction.arguments) {
        const result =
          given(name) ??
          (value === undefined
            ? undefined
            : expandWord(value, values, {
                escape: dockerfile.directives.escape,
              }).text);
        if (result !== undefined) values.set(name, result);
      }
    });
  }
  return values;
}

function describe(prefix: string, platform: Platform): [string, string][] {
  return [
    [`${prefix}OS`, platform.os],
    [`${prefix}OSVERSION`, platform['os.version'] ?? ''],
    [`${prefix}ARCH`, platform.architecture],
    [`${prefix}VARIANT`, platform.variant ?? ''],
  ];
}
