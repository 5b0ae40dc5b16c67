import {
  builderSettingsWarnings,
  checkSchedulerTask,
  proxyEnvironment,
  type BuildContainer,
  type BuildScheduler,
} from '@buildog/plugin-buildog-node';
import { BuildahLogParser } from './BuildahLogParser';
import { REGISTRIES_FILE, buildahArguments } from './buildahArguments';
import { buildahSettingsSchema, type BuildahSettings } from './buildahSettings';
import { registriesConf } from './registriesConf';

/**
 * What writing the id maps of its user namespace and handling files of any
 * owner takes. Inside the namespace buildah holds all capabilities anyway.
 */
const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
] as const;

/**
 * Builds with buildah: chroot isolation in a user namespace that it makes
 * itself, no daemon, no privileges, to an OCI image layout. Creating the
 * namespace is what the runtime's default seccomp profile forbids, so the
 * profile of this one container is unset, which PodSecurity *baseline*
 * allows, or one that the administrators installed on the nodes.
 * @public
 */
export const buildahScheduler: BuildScheduler<BuildahSettings> = {
  type: 'buildah',
  contractVersion: 1,
  settingsSchema: buildahSettingsSchema,
  settingsWarnings: builderSettingsWarnings,

  prepare(task, workspace, settings) {
    checkSchedulerTask(task);
    const layoutPath = `${workspace.outputDir}/image`;
    const { seccompLocalhostProfile } = settings;
    const container: BuildContainer = {
      name: 'build',
      image: settings.image,
      command: ['buildah'],
      args: buildahArguments(task, workspace, settings, layoutPath),
      env: {
        ...proxyEnvironment(settings.proxy),
        // Layers are unpacked here: on the volume, not in the container.
        TMPDIR: workspace.scratchDir,
      },
      security: {
        runAsUser: 0,
        runAsGroup: 0,
        runAsNonRoot: false,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: false,
        addCapabilities: [
          ...new Set([...CAPABILITIES, ...settings.extraCapabilities]),
        ],
        seccomp: seccompLocalhostProfile
          ? { localhostProfile: seccompLocalhostProfile }
          : 'Unset',
      },
      emptyDirs: [],
      files: files(settings),
    };
    return {
      containers: [container],
      output: { type: 'OciLayout', path: layoutPath },
      needs: { podSecurity: 'baseline', userNamespaces: 'supported' },
    };
  },

  createLogParser: () => new BuildahLogParser(),
};

function files(settings: BuildahSettings): Record<string, string> {
  const certificates = Object.values(settings.registryCertificates).map(
    (pem, index) => [`registry-${index}.crt`, pem],
  );
  return {
    [REGISTRIES_FILE]: registriesConf(settings),
    ...Object.fromEntries(certificates),
  };
}
