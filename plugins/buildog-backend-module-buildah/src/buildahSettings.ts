import { z } from 'zod';
import { builderSettingsShape } from '@buildog/plugin-buildog-node';

/** Flags that no setting may bring in: see {@link flagProblem}. */
const CONTROLLER_FLAGS = new Set([
  'all-platforms',
  'annotation',
  'arch',
  'authfile',
  'build-arg',
  'build-context',
  'cap-add',
  'creds',
  'decryption-key',
  'device',
  'env',
  'file',
  'format',
  'from',
  'help',
  'hooks-dir',
  'iidfile',
  'isolation',
  'label',
  'logfile',
  'manifest',
  'network',
  'os',
  'output',
  'pid',
  'platform',
  'runtime',
  'runtime-flag',
  'secret',
  'security-opt',
  'sign-by',
  'ssh',
  'stdin',
  'tag',
  'target',
  'timestamp',
  'userns',
  'userns-gid-map',
  'userns-gid-map-group',
  'userns-uid-map',
  'userns-uid-map-user',
  'variant',
  'volume',
]);

/** Flags that a setting of its own decides, and which. */
const SETTING_OF_FLAG: Readonly<Record<string, string>> = {
  'cert-dir': 'registryCertificates',
  'disable-compression': 'compression',
  'http-proxy': 'proxy',
  layers: 'layers',
  retry: 'retries',
  squash: 'squash',
  'tls-verify': 'skipTlsVerifyRegistries',
};

const FLAG = /^--([a-z][a-z0-9-]*)(=\P{Cc}*)?$/u;

/**
 * `buildog.schedulers.NAME.settings` of a scheduler of type `buildah`. Set by
 * administrators only; see the package's README for each key.
 * @public
 */
export const buildahSettingsSchema = z
  .strictObject({
    ...builderSettingsShape,
    /** `overlay` needs fuse-overlayfs and /dev/fuse in the container. */
    storageDriver: z.enum(['vfs', 'overlay']).default('vfs'),
    /** One layer per instruction. With `vfs` each costs a copy of the tree. */
    layers: z.boolean().default(false),
    /** One layer for all that the build adds. */
    squash: z.boolean().default(false),
    compression: z.enum(['gzip', 'none']).default('gzip'),
    /** Of each pull of an image. */
    retries: z.number().int().min(0).max(10).default(3),
    /** What short image names are completed with; none refuses them. */
    shortNameRegistries: z
      .array(z.string().regex(/^[a-z0-9.-]+(:[0-9]{1,5})?$/))
      .default(['docker.io']),
    /**
     * Seccomp profile on the nodes, relative to the kubelet's seccomp
     * folder, that allows unshare and mount. Without it the profile is unset.
     */
    seccompLocalhostProfile: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/)
      .refine(path => !path.split('/').includes('..'))
      .optional(),
    logLevel: z.enum(['error', 'warn', 'info', 'debug']).default('warn'),
    /** Further flags of `buildah bud`, each `--name` or `--name=value`. */
    extraFlags: z.array(z.string().max(1024)).max(64).default([]),
  })
  .check(context => {
    context.value.extraFlags.forEach((flag, index) => {
      const problem = flagProblem(flag);
      if (!problem) return;
      context.issues.push({
        code: 'custom',
        input: flag,
        path: ['extraFlags', index],
        message: `${JSON.stringify(flag.slice(0, 80))} ${problem}`,
      });
    });
  });

/**
 * Settings of a scheduler of type `buildah`, defaults filled in.
 * @public
 */
export type BuildahSettings = z.infer<typeof buildahSettingsSchema>;

/**
 * What speaks against an administrator's flag. Refused are those that decide
 * what is built, from where and where it goes, that open files or devices of
 * the container, or that loosen the isolation the pod is made for.
 */
function flagProblem(flag: string): string | undefined {
  const name = FLAG.exec(flag)?.[1];
  if (!name) return 'is not one flag of the form --name or --name=value';
  if (CONTROLLER_FLAGS.has(name)) return 'belongs to the controller';
  if (Object.hasOwn(SETTING_OF_FLAG, name)) {
    return `has a setting of its own: ${SETTING_OF_FLAG[name]}`;
  }
  return undefined;
}
