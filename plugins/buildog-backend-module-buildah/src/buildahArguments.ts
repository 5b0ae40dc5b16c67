import {
  proxyEnvironment,
  type SchedulerTask,
  type WorkspaceLayout,
} from '@buildog/plugin-buildog-node';
import { formatPlatform } from '@buildog/plugin-buildog-common';
import type { BuildahSettings } from './buildahSettings';

/** Name of the file with the settings about registries. */
export const REGISTRIES_FILE = 'registries.conf';

/**
 * The arguments of `buildah bud`: one element per flag, the value behind its
 * `=`, so that nothing a value holds can become a flag. The tag is an `oci:`
 * destination, to which buildah commits the last stage directly: no second
 * command, no push.
 */
export function buildahArguments(
  task: SchedulerTask,
  workspace: WorkspaceLayout,
  settings: BuildahSettings,
  layoutPath: string,
): string[] {
  const { scratchDir, filesDir } = workspace;
  return [
    `--storage-driver=${settings.storageDriver}`,
    `--root=${scratchDir}/storage`,
    `--runroot=${scratchDir}/run`,
    `--registries-conf=${filesDir}/${REGISTRIES_FILE}`,
    `--log-level=${settings.logLevel}`,
    'bud',
    '--isolation=chroot',
    '--format=oci',
    `--layers=${settings.layers}`,
    `--disable-compression=${settings.compression === 'none'}`,
    // The version of the builder is no property of the image.
    '--identity-label=false',
    `--http-proxy=${Object.keys(proxyEnvironment(settings.proxy)).length > 0}`,
    `--retry=${settings.retries}`,
    `--platform=${formatPlatform(task.platform)}`,
    ...(settings.squash ? ['--squash'] : []),
    ...(Object.keys(settings.registryCertificates).length > 0
      ? [`--cert-dir=${filesDir}`]
      : []),
    ...settings.extraFlags,
    ...inputFlags(task),
    `--file=${below(workspace.sourceDir, task.dockerfile)}`,
    `--tag=oci:${layoutPath}`,
    below(workspace.sourceDir, task.context),
  ];
}

function inputFlags(task: SchedulerTask): string[] {
  const flags: string[] = [];
  const add = (flag: string, values: Record<string, string>) => {
    for (const [name, value] of Object.entries(values)) {
      flags.push(`--${flag}=${name}=${value}`);
    }
  };
  if (task.target !== undefined) flags.push(`--target=${task.target}`);
  if (task.sourceDateEpoch !== undefined) {
    flags.push(`--timestamp=${task.sourceDateEpoch}`);
  }
  add('build-arg', task.buildArgs);
  add('label', task.labels);
  add('annotation', task.annotations);
  return flags;
}

function below(root: string, path: string): string {
  return path === '.' ? root : `${root}/${path}`;
}
