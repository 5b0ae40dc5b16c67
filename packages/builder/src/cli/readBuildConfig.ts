import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { parseRegistry, type RegistryHostOptions } from '@buildog/oci';
import type {
  BuildOptions,
  RegistryLogin,
  RegistryOptions,
} from '../build/BuildOptions';
import { BuilderError } from '../errors/BuilderError';
import { parseCpu, parseSize } from './parse/parseSize';

/** What a build configuration says; flags win over it. */
export interface ConfiguredBuild {
  readonly options?: Partial<BuildOptions>;
  readonly tags?: readonly string[];
  readonly output?: readonly string[];
  readonly push?: boolean;
  readonly registry?: string;
  readonly registries?: RegistryOptions;
}

const text = z.string().min(1).max(4096);
const login = z.strictObject({
  Username: text.optional(),
  Password: text.optional(),
  Token: text.optional(),
  AuthFile: text.optional(),
});
const schema = z.strictObject({
  context: text.optional(),
  dockerfile: text.optional(),
  target: text.optional(),
  tags: z.array(text).optional(),
  output: z.union([text, z.array(text)]).optional(),
  frontend: z.literal('dockerfile').optional(),
  cache_dir: text.optional(),
  no_cache: z.boolean().optional(),
  progress: z.enum(['auto', 'tty', 'plain', 'json', '']).optional(),
  build_args: z.record(z.string(), z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  platforms: z.array(text).optional(),
  push: z.boolean().optional(),
  registry: text.optional(),
  rootless: z.boolean().optional(),
  executor: z
    .enum(['auto', 'rootless', 'local', 'chroot', 'container'])
    .optional(),
  registry_config: z
    .strictObject({
      DefaultRegistry: text.optional(),
      Registries: z.record(z.string(), login).optional(),
      Insecure: z.array(text).optional(),
      Mirrors: z.record(z.string(), z.array(text)).optional(),
    })
    .optional(),
  secrets: z.record(z.string(), text).optional(),
  network_mode: z
    .enum(['none', 'proxy', 'full', 'host', 'default', 'bridge', ''])
    .optional(),
  security_context: z
    .strictObject({
      RunAsUser: z.number().int().nonnegative().optional(),
      RunAsGroup: z.number().int().nonnegative().optional(),
      RunAsNonRoot: z.boolean().optional(),
      Capabilities: z.array(text).optional(),
    })
    .optional(),
  resource_limits: z
    .strictObject({
      Memory: text.optional(),
      CPU: text.optional(),
      Disk: text.optional(),
    })
    .optional(),
});
type BuildConfigFile = z.infer<typeof schema>;

/**
 * Reads a build configuration (JSON).
 *
 * `secrets` maps an id to a file (a path with a slash) or to the name of an
 * environment variable: values have no place in a file. `security_context` is
 * what the build expects of the process it runs in, and is checked, not set.
 *
 * @throws {@link BuilderError} `validation` naming the path in the file
 */
export function readBuildConfig(
  json: string,
  file: string,
  env: NodeJS.ProcessEnv,
): ConfiguredBuild {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid(file, `it is no JSON (${(cause as Error).message})`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue.path.join('.') || 'the document';
    throw invalid(file, `${path}: ${issue.message}`);
  }
  const config = parsed.data;
  checkSecurityContext(config, file);
  const { output, tags, push, registry, resource_limits: limits } = config;
  return {
    tags,
    push,
    registry: registry ?? config.registry_config?.DefaultRegistry,
    ...(output !== undefined && { output: [output].flat() }),
    registries: toRegistries(config),
    options: {
      ...pick('context', config.context),
      ...pick('dockerfile', config.dockerfile),
      ...pick('target', config.target),
      ...pick('cacheDir', config.cache_dir),
      ...pick('noCache', config.no_cache),
      ...pick('buildArgs', config.build_args),
      ...pick('labels', config.labels),
      ...pick('platforms', config.platforms),
      ...pick('network', toNetwork(config.network_mode)),
      ...pick('executor', config.rootless ? 'rootless' : config.executor),
      secrets: Object.fromEntries(
        Object.entries(config.secrets ?? {}).map(([id, source]) => [
          id,
          source.includes('/') || !(source in env)
            ? { file: source }
            : { env: source },
        ]),
      ),
      limits: {
        ...(limits?.Memory && {
          memory: parseSize('resource_limits.Memory', limits.Memory),
        }),
        ...(limits?.CPU && {
          cpu: parseCpu('resource_limits.CPU', limits.CPU),
        }),
        ...(limits?.Disk && {
          disk: parseSize('resource_limits.Disk', limits.Disk),
        }),
      },
    },
  };
}

function pick<K extends string, V>(
  key: K,
  value: V | undefined,
): { [name in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [name in K]: V });
}

function toNetwork(mode: BuildConfigFile['network_mode']) {
  return mode === 'default' || mode === 'bridge' || mode === ''
    ? undefined
    : mode;
}

function toRegistries({
  registry_config: config,
}: BuildConfigFile): RegistryOptions {
  const hosts: Record<string, RegistryHostOptions> = {};
  for (const host of config?.Insecure ?? []) {
    hosts[parseRegistry(host)] = { plainHttp: true };
  }
  for (const [host, mirrors] of Object.entries(config?.Mirrors ?? {})) {
    const name = parseRegistry(host);
    hosts[name] = { ...hosts[name], mirrors };
  }
  const credentials: Record<string, RegistryLogin> = {};
  for (const [host, given] of Object.entries(config?.Registries ?? {})) {
    const found = toLogin(given);
    if (found) credentials[parseRegistry(host)] = found;
  }
  return { hosts, credentials };
}

function toLogin(given: z.infer<typeof login>): RegistryLogin | undefined {
  const { Username: username, Password: password, Token, AuthFile } = given;
  if (Token) return { token: Token };
  if (username && password) return { username, password };
  return AuthFile ? { file: AuthFile } : undefined;
}

/** What the file expects of the process is compared: nothing is gained by pretending. */
function checkSecurityContext(
  { security_context: context }: BuildConfigFile,
  file: string,
): void {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  // Inside our own user namespace everybody is root.
  if (!context || process.env.BUILDOG_SANDBOX) return;
  const { RunAsNonRoot, RunAsUser, RunAsGroup } = context;
  const wants = (wanted: string) =>
    invalid(file, `security_context wants ${wanted}`);
  if (RunAsNonRoot && uid === 0) {
    throw wants('RunAsNonRoot, but this process is root');
  }
  if (RunAsUser !== undefined && RunAsUser !== uid) {
    throw wants(`RunAsUser ${RunAsUser}, but this process is ${uid}`);
  }
  if (RunAsGroup !== undefined && RunAsGroup !== gid) {
    throw wants(`RunAsGroup ${RunAsGroup}, but this process is ${gid}`);
  }
}

function invalid(file: string, why: string): BuilderError {
  return new BuilderError(
    'validation',
    `the build configuration ${
      isAbsolute(file) ? file : `./${file}`
    } can not be used: ${why}`,
  );
}
