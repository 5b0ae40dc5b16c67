import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  formatReference,
  parseReference,
  parseRegistry,
  withDefaultTag,
  type RegistryHostOptions,
} from '@buildog/oci';
import type { BuildOptions, OutputOptions } from '../build/BuildOptions';
import { BuilderError } from '../errors/BuilderError';
import type { KanikoFlags } from './kanikoCommand';
import { parseCompression } from './parse/parseCompression';
import { parsePairs } from './parse/parsePair';
import { parseSecret } from './parse/parseSecret';
import { parseCount } from './parse/parseSize';
import { perform } from './runBuild';

/** Builds as kaniko's executor does, from its flags. */
export async function runKaniko(flags: KanikoFlags): Promise<void> {
  const options = await kanikoOptions(flags, process.env);
  const { imageNameWithDigestFile, digestFile, progress } = flags;
  const digestFiles = digestFile ? [digestFile] : [];
  await perform(options, {
    progress: progress ?? 'plain',
    digestFiles: [
      ...digestFiles,
      ...(imageNameWithDigestFile ? [imageNameWithDigestFile] : []),
    ],
  });
  if (imageNameWithDigestFile) {
    const digest = await readFile(imageNameWithDigestFile, 'utf8');
    const names = (options.tags ?? []).map(tag => {
      const { registry, path } = parseReference(tag);
      return `${registry}/${path}@${digest}\n`;
    });
    await writeFile(imageNameWithDigestFile, names.join(''));
  }
}

/**
 * kaniko's flags as options of a build.
 *
 * @throws {@link BuilderError} `validation`
 */
export async function kanikoOptions(
  flags: KanikoFlags,
  env: NodeJS.ProcessEnv,
): Promise<BuildOptions> {
  const { destination, push, customPlatform, compression } = flags;
  const tags = destination.map(text =>
    formatReference(withDefaultTag(parseReference(text))),
  );
  if (push && tags.length === 0) {
    throw new BuilderError(
      'validation',
      'give --destination, or --no-push where nothing is to be pushed',
    );
  }
  const secrets = flags.secret.map(text => parseSecret(text, env));
  const cache = isOn(flags.cache);
  const repository = cache ? flags.cacheRepo : undefined;
  return {
    context: contextOf(flags),
    ...(flags.dockerfile && { dockerfile: flags.dockerfile }),
    ...(flags.target && { target: flags.target }),
    buildArgs: parsePairs('--build-arg', flags.buildArg, name => env[name]),
    labels: parsePairs('--label', flags.label),
    ...(customPlatform && { platforms: customPlatform.split(',') }),
    tags,
    outputs: outputsOf(flags),
    ...(isOn(flags.reproducible) && { sourceDateEpoch: 0 }),
    ...(compression && {
      compression: parseCompression(
        flags.compressionLevel && flags.compressionLevel !== '-1'
          ? `${compression}:${flags.compressionLevel}`
          : compression,
      ),
    }),
    ...(flags.cacheDir && { cacheDir: resolve(flags.cacheDir) }),
    ...(repository && {
      cacheFrom: [{ reference: repository }],
      cacheTo: [{ reference: repository }],
    }),
    secrets: Object.fromEntries(secrets.map(({ id, source }) => [id, source])),
    registries: {
      hosts: await hostsOf(flags),
      ...(flags.pushRetry && {
        attempts: parseCount('--push-retry', flags.pushRetry) + 1,
      }),
    },
  };
}

function isOn(value: string | boolean | undefined): boolean {
  return value !== undefined && value !== false && value !== 'false';
}

function contextOf({ context = '/workspace', contextSubPath }: KanikoFlags) {
  const address = context
    .replace(/^dir:\/\//, '')
    .replace(/^git:\/\//, 'https://');
  if (/^(s3|gs|tar|https:\/\/[^/]*\.blob\.core\.windows\.net)/.test(context)) {
    throw new BuilderError(
      'unsupported',
      `--context ${
        context.split('?')[0]
      }: only folders (dir://), git repositories and http(s) archives are read here`,
    );
  }
  if (!contextSubPath) return address;
  return /:\/\//.test(address)
    ? `${address}${address.includes('#') ? '' : '#'}:${contextSubPath}`
    : join(address, contextSubPath);
}

function outputsOf(flags: KanikoFlags): OutputOptions[] {
  const { ociLayoutPath, tarPath, push } = flags;
  return [
    ...(ociLayoutPath
      ? [{ type: 'oci', destination: ociLayoutPath, tar: false } as const]
      : []),
    ...(tarPath ? [{ type: 'docker', destination: tarPath } as const] : []),
    ...(push ? [{ type: 'registry' } as const] : []),
  ];
}

async function hostsOf(
  flags: KanikoFlags,
): Promise<Record<string, RegistryHostOptions>> {
  const hosts: Record<string, RegistryHostOptions> = {};
  const add = (name: string, more: RegistryHostOptions) => {
    const host = parseRegistry(name);
    hosts[host] = { ...hosts[host], ...more };
  };
  const addMirror = (name: string, mirror: string) =>
    add(name, {
      mirrors: [...(hosts[parseRegistry(name)]?.mirrors ?? []), mirror],
    });
  for (const mirror of flags.registryMirror) addMirror('docker.io', mirror);
  for (const map of flags.registryMap) {
    for (const pair of map.split(';')) {
      const [host, mirror] = Object.entries(
        parsePairs('--registry-map', [pair]),
      )[0];
      addMirror(host, mirror);
    }
  }
  if (isOn(flags.insecurePull)) {
    const mirrors = Object.values(hosts).flatMap(host => host.mirrors ?? []);
    for (const mirror of mirrors)
      add(mirror.split('/')[0], { plainHttp: true });
  }
  for (const host of flags.insecureRegistry) add(host, { plainHttp: true });
  for (const host of flags.skipTlsVerifyRegistry)
    add(host, { skipTlsVerify: true });
  for (const text of flags.registryCertificate) {
    const pairs = parsePairs('--registry-certificate', [text]);
    for (const [host, file] of Object.entries(pairs)) {
      add(host, { ca: await readFile(file, 'utf8') });
    }
  }
  if (isOn(flags.insecure)) {
    for (const text of [...flags.destination, flags.cacheRepo ?? []].flat()) {
      add(parseReference(text).registry, { plainHttp: true });
    }
  }
  return hosts;
}
