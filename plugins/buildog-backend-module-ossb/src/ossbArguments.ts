import {
  SchedulerError,
  type SchedulerTask,
  type WorkspaceLayout,
} from '@buildog/plugin-buildog-node';
import { formatPlatform } from '@buildog/plugin-buildog-common';
import type { OssbSettings } from './ossbSettings';

/** Name of the file with the settings about registries. */
export const SETTINGS_FILE = 'ossb.json';

/** Name of the file with the certificates of all registries. */
export const CERTIFICATES_FILE = 'registries.crt';

/**
 * The arguments of `ossb build`: one element per flag, the value behind its
 * `=`, so that nothing a value holds can become a flag.
 *
 * @param place - a pod is the isolation and has its NetworkPolicy; on a machine
 *   the builder makes both.
 */
export function ossbArguments(
  task: SchedulerTask,
  workspace: WorkspaceLayout,
  settings: OssbSettings,
  place: 'pod' | 'machine',
): string[] {
  const { filesDir, outputDir, scratchDir, sourceDir } = workspace;
  return [
    'build',
    `--config=${filesDir}/${SETTINGS_FILE}`,
    `--file=${below(sourceDir, task.dockerfile)}`,
    `--output=type=oci,dest=${outputDir}/image`,
    `--platform=${formatPlatform(task.platform)}`,
    '--progress=plain',
    `--compression=${settings.compression}`,
    ...(place === 'pod'
      ? podFlags(settings, scratchDir)
      : machineFlags(task, settings)),
    ...(Object.keys(settings.registryCertificates).length > 0
      ? [`--registry-ca=${filesDir}/${CERTIFICATES_FILE}`]
      : []),
    ...inputFlags(task),
    below(sourceDir, task.context),
  ];
}

function podFlags(settings: OssbSettings, scratchDir: string): string[] {
  return [
    `--executor=${settings.isolation === 'chroot' ? 'chroot' : 'rootless'}`,
    '--network=host',
    `--cache-dir=${scratchDir}/cache`,
  ];
}

function machineFlags(task: SchedulerTask, settings: OssbSettings): string[] {
  const { network, allowedAddresses } = settings;
  return [
    '--executor=auto',
    `--network=${network}`,
    `--memory=${task.resources.memoryBytes}`,
    `--disk=${task.resources.ephemeralStorageBytes}`,
    ...allowedAddresses.map(address => `--allow-address=${address}`),
  ];
}

function inputFlags(task: SchedulerTask): string[] {
  if (Object.keys(task.annotations).length > 0) {
    throw new SchedulerError({
      code: 'BuildInputInvalid',
      category: 'Policy',
      message: 'annotations cannot be set by this builder; use labels',
    });
  }
  const flags: string[] = [];
  const add = (flag: string, values: Record<string, string>) => {
    for (const [name, value] of Object.entries(values)) {
      flags.push(`--${flag}=${name}=${value}`);
    }
  };
  if (task.target !== undefined) flags.push(`--target=${task.target}`);
  if (task.sourceDateEpoch !== undefined) {
    flags.push(`--source-date-epoch=${task.sourceDateEpoch}`);
  }
  add('build-arg', task.buildArgs);
  add('label', task.labels);
  return flags;
}

function below(root: string, path: string): string {
  return path === '.' ? root : `${root}/${path}`;
}
