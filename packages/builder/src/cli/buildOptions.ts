import { basename, resolve } from 'node:path';
import { parseReference, formatReference } from '@buildog/oci';
import type {
  BuildOptions,
  ExecutorChoice,
  OutputOptions,
  RegistryCacheOptions,
} from '../build/BuildOptions';
import { BuilderError } from '../errors/BuilderError';
import type { NetworkMode } from '../execute/Executor';
import type { BuildFlags } from './buildCommand';
import { limitsOf } from './limitsOf';
import { parseCompression } from './parse/parseCompression';
import { parseFields, badFlag, parsePairs } from './parse/parsePair';
import { parseOutput } from './parse/parseOutput';
import { parseSecret, parseSsh } from './parse/parseSecret';
import { parseCount } from './parse/parseSize';
import { readBuildConfig, type ConfiguredBuild } from './readBuildConfig';
import { registryOptions } from './registryOptions';

/** The machine, as far as flags depend on it. */
export interface FlagWorld {
  readonly env: NodeJS.ProcessEnv;
  /** `-` is standard input. */
  readFile(path: string): Promise<string>;
}

/**
 * Options of a build from flags and, below them, a build configuration.
 *
 * @throws {@link BuilderError} `validation` naming the flag or the path in the file
 */
export async function buildOptions(
  context: string | undefined,
  flags: BuildFlags,
  world: FlagWorld,
): Promise<BuildOptions> {
  const { env } = world;
  const configured: ConfiguredBuild = flags.config
    ? readBuildConfig(await world.readFile(flags.config), flags.config, env)
    : {};
  const tags = tagsOf(flags, configured);
  const push = flags.push ?? configured.push ?? false;
  if (push && tags.length === 0) {
    throw new BuilderError('validation', '--push: say where to with -t');
  }
  const epoch = flags.sourceDateEpoch ?? env.SOURCE_DATE_EPOCH;
  const secrets = flags.secret.map(text => parseSecret(text, env));
  const ssh = flags.ssh.map(text => parseSsh(text, env));
  const platforms = flags.platform.flatMap(text => text.split(','));
  const fromStdin = flags.file === '-';
  return {
    ...configured.options,
    context: context ?? configured.options?.context ?? '.',
    ...(fromStdin
      ? { dockerfileText: await world.readFile('-') }
      : flags.file && { dockerfile: flags.file }),
    ...(flags.target && { target: flags.target }),
    buildArgs: {
      ...configured.options?.buildArgs,
      ...parsePairs('--build-arg', flags.buildArg, name => env[name]),
    },
    ...(platforms.length > 0 && { platforms }),
    labels: {
      ...configured.options?.labels,
      ...parsePairs('--label', flags.label),
    },
    buildContexts: parsePairs('--build-context', flags.buildContext),
    tags,
    outputs: outputsOf(flags, configured, push, tags),
    ...(epoch && { sourceDateEpoch: parseEpoch(epoch) }),
    ...(flags.compression && {
      compression: parseCompression(flags.compression),
    }),
    ...(flags.cacheDir && { cacheDir: resolve(flags.cacheDir) }),
    noCache: !flags.cache || (configured.options?.noCache ?? false),
    cacheFrom: flags.cacheFrom.map(text => parseCache('--cache-from', text)),
    cacheTo: flags.cacheTo.map(text => parseCache('--cache-to', text)),
    ...executorOf(flags),
    ...(flags.network && { network: flags.network as NetworkMode }),
    allow: flags.allow.map(checkEntitlement),
    allowAddresses: flags.allowAddress,
    extraHosts: flags.addHost.map(parseHost),
    limits: { ...configured.options?.limits, ...limitsOf(flags) },
    ...(flags.parallel && {
      parallel: parseCount('--parallel', flags.parallel),
    }),
    secrets: {
      ...configured.options?.secrets,
      ...Object.fromEntries(secrets.map(({ id, source }) => [id, source])),
    },
    ssh: Object.fromEntries(ssh.map(({ id, socket }) => [id, socket])),
    registries: await registryOptions(flags, configured, world),
  };
}

function tagsOf(flags: BuildFlags, configured: ConfiguredBuild): string[] {
  const prefix = flags.registry ?? configured.registry;
  const written = flags.tag.length > 0 ? flags.tag : configured.tags ?? [];
  return written.map(tag => {
    const first = tag.split('/')[0];
    const named = tag.includes('/') && /[.:]|^localhost$/.test(first);
    const full =
      prefix && !named ? `${prefix.replace(/\/+$/, '')}/${tag}` : tag;
    return formatReference(parseReference(full));
  });
}

function outputsOf(
  flags: BuildFlags,
  configured: ConfiguredBuild,
  push: boolean,
  tags: readonly string[],
): OutputOptions[] {
  const name = tags[0] ? basename(parseReference(tags[0]).path) : 'image';
  const written =
    flags.output.length > 0 ? flags.output : configured.output ?? [];
  const outputs = written.map(text => parseOutput(text, { name }));
  const pushes = outputs.some(({ type }) => type === 'registry');
  return push && !pushes ? [...outputs, { type: 'registry' }] : outputs;
}

function executorOf(flags: BuildFlags): { executor?: ExecutorChoice } {
  if (flags.rootless) return { executor: 'rootless' };
  return flags.executor ? { executor: flags.executor as ExecutorChoice } : {};
}

function parseEpoch(text: string): number {
  const seconds = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
  if (!Number.isNaN(seconds)) return seconds;
  throw badFlag('--source-date-epoch', text, 'write seconds since 1970');
}

function parseCache(flag: string, text: string): RegistryCacheOptions {
  if (!text.includes('=')) return { reference: text };
  const fields = parseFields(flag, text, ['type', 'ref', 'mode']);
  const reference = fields.get('ref');
  if ((fields.get('type') ?? 'registry') !== 'registry' || !reference) {
    throw badFlag(flag, text, 'write type=registry,ref=REPOSITORY');
  }
  return { reference };
}

function checkEntitlement(text: string): string {
  if (text === 'network.host' || text === 'security.insecure') return text;
  throw badFlag('--allow', text, 'write network.host or security.insecure');
}

function parseHost(text: string): { host: string; address: string } {
  const [, host, address] = /^([A-Za-z0-9._-]+)[:=](.+)$/.exec(text) ?? [];
  if (host && address && /^[0-9a-f.:[\]]+$/i.test(address)) {
    return { host, address: address.replace(/^\[|\]$/g, '') };
  }
  throw badFlag('--add-host', text, 'write HOST:ADDRESS');
}
