import { dirname } from 'node:path';

import {
  builderSettingsWarnings,
  checkSchedulerTask,
  proxyEnvironment,
  type BuildContainer,
  type BuildScheduler,
  type SchedulerTask,
  type WorkspaceLayout,
} from '@buildog/plugin-buildog-node';
import { OssbLogParser } from './OssbLogParser';
import { builderProgram } from './builderProgram';
import {
  CERTIFICATES_FILE,
  SETTINGS_FILE,
  ossbArguments,
} from './ossbArguments';
import { ossbSettingsSchema, type OssbSettings } from './ossbSettings';
import { registrySettings } from './registrySettings';

/**
 * What unpacking base images, changing owners and becoming the Dockerfile's
 * USER takes; SYS_CHROOT to run a step in its filesystem.
 */
const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
] as const;

/**
 * Builds with `packages/builder`: on a cluster in one container without
 * privileges, on this machine as child processes. Either way to an OCI image
 * layout, without a credential.
 * @public
 */
export const ossbScheduler: BuildScheduler<OssbSettings> = {
  type: 'ossb',
  contractVersion: 1,
  settingsSchema: ossbSettingsSchema,
  settingsWarnings: settings => {
    const { image, network } = settings;
    return [
      ...(image === undefined
        ? []
        : builderSettingsWarnings({
            ...settings,
            image,
            skipTlsVerifyRegistries: [],
            mirrorsOnly: false,
          })),
      ...(network === 'host'
        ? [
            'network: host lets every RUN step on this machine reach what the machine reaches, its loopback included; proxy is the default',
          ]
        : []),
    ];
  },

  prepare(task, workspace, settings) {
    checkSchedulerTask(task);
    const path = `${workspace.outputDir}/image`;
    return {
      containers:
        settings.image === undefined
          ? []
          : [container(task, workspace, settings, settings.image)],
      output: { type: 'OciLayout', path },
      needs: { podSecurity: 'baseline', userNamespaces: 'supported' },
      local: {
        command: process.execPath,
        args: [
          builderProgram,
          ...ossbArguments(task, workspace, settings, 'machine'),
        ],
        env: proxyEnvironment(settings.proxy),
        files: files(settings),
        readOnlyPaths: [dirname(builderProgram)],
      },
    };
  },

  createLogParser: () => new OssbLogParser(),
};

function container(
  task: SchedulerTask,
  workspace: WorkspaceLayout,
  settings: OssbSettings,
  image: string,
): BuildContainer {
  return {
    name: 'build',
    image,
    command: ['ossb'],
    args: ossbArguments(task, workspace, settings, 'pod'),
    env: {
      ...proxyEnvironment(settings.proxy),
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
      seccomp: seccompOf(settings),
    },
    emptyDirs: [],
    files: files(settings),
  };
}

function seccompOf({
  isolation,
  seccompLocalhostProfile,
}: OssbSettings): BuildContainer['security']['seccomp'] {
  if (isolation === 'chroot') return 'RuntimeDefault';
  return seccompLocalhostProfile
    ? { localhostProfile: seccompLocalhostProfile }
    : 'Unset';
}

function files(settings: OssbSettings): Record<string, string> {
  const certificates = Object.values(settings.registryCertificates);
  return {
    [SETTINGS_FILE]: JSON.stringify(registrySettings(settings)),
    ...(certificates.length > 0 && {
      [CERTIFICATES_FILE]: certificates.join('\n'),
    }),
  };
}
