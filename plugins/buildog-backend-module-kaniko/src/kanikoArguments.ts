import { dirname } from 'node:path/posix';
import {
  SchedulerError,
  proxyEnvironment,
  type SchedulerTask,
  type WorkspaceLayout,
} from '@buildog/plugin-buildog-node';
import { formatPlatform } from '@buildog/plugin-buildog-common';
import type { KanikoSettings } from './kanikoSettings';

/** Name of the file that holds the certificates of a registry. */
export function certificateFile(index: number): string {
  return `registry-${index}.crt`;
}

/**
 * The executor's arguments: one element per flag, the value behind its `=`,
 * so that nothing a value holds can become a flag. Fixed ones come first, an
 * administrator's next, the user's last.
 */
export function kanikoArguments(
  task: SchedulerTask,
  workspace: WorkspaceLayout,
  settings: KanikoSettings,
  layoutPath: string,
): string[] {
  return [
    `--context=${below(workspace.sourceDir, task.context)}`,
    // Absolute: a relative one is first looked for in the working directory,
    // and anything that begins with http:// would be downloaded.
    `--dockerfile=${below(workspace.sourceDir, task.dockerfile)}`,
    '--no-push',
    `--oci-layout-path=${layoutPath}`,
    `--custom-platform=${formatPlatform(task.platform)}`,
    '--log-format=json',
    '--log-timestamp',
    ...ignoredPaths(workspace).map(path => `--ignore-path=${path}`),
    ...imageFlags(task, settings),
    ...registryFlags(workspace, settings),
    ...settings.extraFlags,
    ...inputFlags(task, settings),
  ];
}

function imageFlags(task: SchedulerTask, settings: KanikoSettings): string[] {
  const flags = [
    `--verbosity=${settings.verbosity}`,
    `--snapshot-mode=${settings.snapshotMode}`,
    `--compression=${settings.compression}`,
    `--image-download-retry=${settings.retries}`,
    `--image-fs-extract-retry=${settings.retries}`,
  ];
  if (settings.compressionLevel !== undefined) {
    flags.push(`--compression-level=${settings.compressionLevel}`);
  }
  if (settings.singleSnapshot) flags.push('--single-snapshot');
  if (task.sourceDateEpoch !== undefined) flags.push('--reproducible');
  if (settings.generation === 'osscontainertools') {
    flags.push('--image-format=oci');
    const helpers = settings.credentialHelpers;
    (helpers.length > 0 ? helpers : ['']).forEach(helper =>
      flags.push(`--credential-helpers=${helper}`),
    );
  }
  return flags;
}

function registryFlags(
  workspace: WorkspaceLayout,
  settings: KanikoSettings,
): string[] {
  const certificates = Object.keys(settings.registryCertificates);
  const flags = [
    ...settings.insecureRegistries.map(host => `--insecure-registry=${host}`),
    ...settings.skipTlsVerifyRegistries.map(
      host => `--skip-tls-verify-registry=${host}`,
    ),
    ...settings.registryMirrors.map(mirror => `--registry-mirror=${mirror}`),
    ...Object.entries(settings.registryMap).flatMap(([host, mirrors]) =>
      mirrors.map(mirror => `--registry-map=${kanikoHost(host)}=${mirror}`),
    ),
    ...certificates.map(
      (host, index) =>
        `--registry-certificate=${host}=${workspace.filesDir}/${certificateFile(
          index,
        )}`,
    ),
  ];
  if (settings.mirrorsOnly) flags.push('--skip-default-registry-fallback');
  return flags;
}

function inputFlags(task: SchedulerTask, settings: KanikoSettings): string[] {
  const annotations = Object.entries(task.annotations);
  if (settings.generation === 'official' && annotations.length > 0) {
    throw new SchedulerError({
      code: 'BuildInputInvalid',
      category: 'Policy',
      message:
        'annotations cannot be set by the official kaniko executor; use labels, or an image of the maintained fork (generation: osscontainertools)',
    });
  }
  const args = { ...proxyEnvironment(settings.proxy), ...task.buildArgs };
  const flags = task.target === undefined ? [] : [`--target=${task.target}`];
  const add = (flag: string, [name, value]: [string, string]) =>
    flags.push(`--${flag}=${name}=${value}`);
  Object.entries(args).forEach(arg => add('build-arg', arg));
  Object.entries(task.labels).forEach(label => add('label', label));
  annotations.forEach(annotation => add('annotation', annotation));
  return flags;
}

/**
 * Mount points are left out of snapshots by kaniko itself, but the folder
 * that holds them is not: it would appear in every image.
 */
function ignoredPaths(workspace: WorkspaceLayout): string[] {
  const { sourceDir, outputDir, scratchDir, filesDir } = workspace;
  const paths = [sourceDir, outputDir, scratchDir, filesDir].map(dir =>
    dirname(dir) === '/' ? dir : dirname(dir),
  );
  return [...new Set(paths)];
}

/** kaniko looks Docker Hub up under this name. */
function kanikoHost(host: string): string {
  return host === 'docker.io' ? 'index.docker.io' : host;
}

function below(root: string, path: string): string {
  return path === '.' ? root : `${root}/${path}`;
}
