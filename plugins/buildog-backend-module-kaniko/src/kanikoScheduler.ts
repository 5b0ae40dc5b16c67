import {
  builderSettingsWarnings,
  checkSchedulerTask,
  proxyEnvironment,
  type BuildContainer,
  type BuildScheduler,
} from '@buildog/plugin-buildog-node';
import { KanikoLogParser } from './KanikoLogParser';
import { certificateFile, kanikoArguments } from './kanikoArguments';
import { kanikoSettingsSchema, type KanikoSettings } from './kanikoSettings';

/**
 * What unpacking base images, changing owners and becoming the Dockerfile's
 * USER takes. FSETID keeps set-group-id bits, SETFCAP file capabilities, KILL
 * ends what a RUN step left behind under another user.
 */
const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'SETFCAP',
  'SETGID',
  'SETUID',
] as const;

/**
 * Corrections that the fork has behind switches: no write outside the root
 * while unpacking, no confusion of cache keys, RUN below a reaper, and what
 * Docker does for heredocs, groups, archives and the owner of copied files.
 */
const FEATURES = [
  'CHOWN_ON_IMPLICIT_DIRS',
  'COPY_AS_ROOT',
  'COPY_CHMOD_ON_IMPLICIT_DIRS',
  'CROSS_REPO_MOUNT',
  'EXPAND_HEREDOC',
  'HASH_DIR_FRAMING',
  'INFER_CROSS_STAGE_CACHE_KEY',
  'OCI_SCRATCH_BASE',
  'PRECOMPILE_DOCKERIGNORE',
  'REPRODUCIBLE_PRESERVE_BASE_LAYERS',
  'RESOLVE_CACHE_KEY',
  'ROLLING_CACHE_KEY',
  'RUN_HONOR_GROUP',
  'RUN_VIA_TINI',
  'SECUREJOIN_EXTRACTION',
  'SHARED_BASE_CACHE',
  'SKIP_CACHED_STAGES',
  'SKIP_RELABEL_RECOMPRESS',
  'SKIP_WRITE_WHITEOUTS',
  'UNTAR_SKIP_ROOT',
];

/**
 * Builds with the kaniko executor: in one container, as root without
 * privileges, to an OCI image layout. Nothing is pushed and no credential is
 * given; the user's RUN steps run in this container.
 *
 * With `sourceDateEpoch` timestamps are stripped; kaniko knows no other time
 * to set them to than its own.
 * @public
 */
export const kanikoScheduler: BuildScheduler<KanikoSettings> = {
  type: 'kaniko',
  contractVersion: 1,
  settingsSchema: kanikoSettingsSchema,
  settingsWarnings: builderSettingsWarnings,

  prepare(task, workspace, settings) {
    checkSchedulerTask(task);
    const layoutPath = `${workspace.outputDir}/image`;
    const container: BuildContainer = {
      name: 'build',
      image: settings.image,
      command: ['/kaniko/executor'],
      args: kanikoArguments(task, workspace, settings, layoutPath),
      env: environment(settings),
      security: {
        runAsUser: 0,
        runAsGroup: 0,
        runAsNonRoot: false,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: false,
        addCapabilities: [
          ...new Set([...CAPABILITIES, ...settings.extraCapabilities]),
        ],
        seccomp: 'RuntimeDefault',
      },
      emptyDirs: [],
      files: certificates(settings),
    };
    return {
      containers: [container],
      // The executor writes blobs as root with mode 0600.
      output: { type: 'OciLayout', path: layoutPath, ownerUid: 0 },
      needs: { podSecurity: 'baseline', userNamespaces: 'supported' },
    };
  },

  createLogParser: () => new KanikoLogParser(),
};

function environment(settings: KanikoSettings): Record<string, string> {
  const env = proxyEnvironment(settings.proxy);
  if (settings.generation === 'osscontainertools') {
    FEATURES.forEach(name => (env[`FF_KANIKO_${name}`] = 'true'));
    for (const [name, on] of Object.entries(settings.features)) {
      env[name] = String(on);
    }
  }
  return env;
}

function certificates(settings: KanikoSettings): Record<string, string> {
  return Object.fromEntries(
    Object.values(settings.registryCertificates).map((pem, index) => [
      certificateFile(index),
      pem,
    ]),
  );
}
