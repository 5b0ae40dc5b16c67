import { formatPlatform, type Platform } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import { quote } from '../dockerfile/text/redact';

const systems = new Set(
  (
    'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl ' +
    'netbsd openbsd plan9 solaris windows zos'
  ).split(' '),
);
const architectures = new Set(
  (
    '386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips ' +
    'mipsle mips64 mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x ' +
    'sparc sparc64 wasm'
  ).split(' '),
);

/** Other names of architectures, with the variant that they stand for. */
const aliases: Readonly<Record<string, readonly [string, string?]>> = {
  i386: ['386', ''],
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};

/** Other names of variants, by architecture. */
const variants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  amd64: { v1: '' },
  arm64: {
    '8': '',
    v8: '',
    'v8.0': '',
    '9': 'v9',
    '9.0': 'v9',
    'v9.0': 'v9',
  },
  arm: { '': 'v7', '5': 'v5', '6': 'v6', '7': 'v7', '8': 'v8' },
};

/**
 * The usual spelling of a platform (`aarch64` is `arm64`, `arm64/v8` is
 * `arm64`, `arm` is `arm/v7`), as containerd's platform names define it. Two
 * platforms mean the same when their normal forms are equal.
 *
 * @public
 */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const written = platform.architecture.toLowerCase();
  const [architecture, implied] = Object.hasOwn(aliases, written)
    ? aliases[written]
    : [written];
  const given = implied ?? (platform.variant ?? '').toLowerCase();
  const known = Object.hasOwn(variants, architecture)
    ? variants[architecture]
    : {};
  const variant = Object.hasOwn(known, given) ? known[given] : given;
  const version = platform['os.version'];
  return {
    os: os === 'macos' ? 'darwin' : os,
    architecture,
    ...(variant ? { variant } : {}),
    ...(version ? { 'os.version': version } : {}),
  };
}

/**
 * Reads `os/architecture[/variant]`, or one of the first two alone, in normal
 * form. What is missing comes from `local`.
 *
 * @throws BuilderError `validation`
 * @public
 */
export function parsePlatform(text: string, local: Platform): Platform {
  const [first, second, third, ...more] = text.split('/');
  const system = /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.-]*)\))?$/.exec(first);
  const others = [second, third].filter(part => part !== undefined);
  if (!system || more.length || !others.every(isComponent)) {
    throw invalid(text);
  }
  const version = system[2] ? { 'os.version': system[2] } : {};
  if (second !== undefined) {
    return normalizePlatform({
      os: system[1],
      architecture: second,
      ...(third === undefined ? {} : { variant: third }),
      ...version,
    });
  }
  const alone = normalizePlatform({
    os: local.os,
    architecture: system[1],
    ...version,
  });
  if (systems.has(system[1].toLowerCase())) {
    return normalizePlatform({ ...local, os: system[1], ...version });
  }
  if (architectures.has(alone.architecture)) return alone;
  throw invalid(text);
}

/** With the version of Windows, where there is one: `windows(10.0.20348)/amd64`. */
export function formatFullPlatform(platform: Platform): string {
  const version = platform['os.version'];
  return formatPlatform(
    version ? { ...platform, os: `${platform.os}(${version})` } : platform,
  );
}

function isComponent(text: string): boolean {
  return /^[A-Za-z0-9_.-]+$/.test(text);
}

function invalid(text: string): BuilderError {
  return new BuilderError(
    'validation',
    `${quote(text)} is no platform; write it like linux/amd64 or linux/arm64`,
  );
}
