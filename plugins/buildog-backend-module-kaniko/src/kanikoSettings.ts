import { z } from 'zod';
import {
  builderImageSetting,
  builderSettingsShape,
} from '@buildog/plugin-buildog-node';
import {
  CONTROLLER_FLAGS,
  KANIKO_GENERATIONS,
  SETTING_OF_FLAG,
  knownFlags,
} from './kanikoFlags';

/** The image that is used when the settings name none. */
export const DEFAULT_KANIKO_IMAGE = 'ghcr.io/osscontainertools/kaniko:v1.28.3';

const FLAG = /^--([a-z][a-z0-9-]*)(=\P{Cc}*)?$/u;

/**
 * `buildog.schedulers.NAME.settings` of a scheduler of type `kaniko`. Set by
 * administrators only; see the package's README for each key.
 * @public
 */
export const kanikoSettingsSchema = z
  .strictObject({
    ...builderSettingsShape,
    image: builderImageSetting.default(DEFAULT_KANIKO_IMAGE),
    /** Which flags the image's executor understands. */
    generation: z.enum(KANIKO_GENERATIONS).default('osscontainertools'),
    /** `trace` is not offered: it prints the environment of RUN steps. */
    verbosity: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
    /** `time` is not offered: it misses files, and the image is wrong. */
    snapshotMode: z.enum(['full', 'redo']).default('full'),
    singleSnapshot: z.boolean().default(false),
    compression: z.enum(['gzip', 'zstd']).default('gzip'),
    compressionLevel: z.number().int().min(1).max(22).optional(),
    /** Of each download of an image and its unpacking. */
    retries: z.number().int().min(0).max(10).default(3),
    /** Cloud helpers that may be asked for pull credentials. None by default. */
    credentialHelpers: z
      .array(z.enum(['env', 'google', 'ecr', 'acr', 'gitlab']))
      .default([]),
    /** Feature switches of the maintained fork, besides the recommended ones. */
    features: z
      .record(
        z.string().regex(/^FF_KANIKO_[A-Z0-9_]{1,64}$/, {
          error: 'is not the name of a feature switch, FF_KANIKO_…',
        }),
        z.boolean(),
      )
      .default({}),
    /** Further flags, each `--name` or `--name=value`. */
    extraFlags: z.array(z.string().max(1024)).max(64).default([]),
  })
  .check(context => {
    const { extraFlags, generation, credentialHelpers } = context.value;
    const known = knownFlags(generation);
    extraFlags.forEach((flag, index) => {
      const problem = flagProblem(flag, known);
      if (!problem) return;
      context.issues.push({
        code: 'custom',
        input: flag,
        path: ['extraFlags', index],
        message: `${JSON.stringify(flag.slice(0, 80))} ${problem}`,
      });
    });
    if (generation === 'official' && credentialHelpers.length > 0) {
      context.issues.push({
        code: 'custom',
        input: credentialHelpers,
        path: ['credentialHelpers'],
        message:
          'the official executor has no such flag; it asks all helpers of its image',
      });
    }
  });

/**
 * Settings of a scheduler of type `kaniko`, defaults filled in.
 * @public
 */
export type KanikoSettings = z.infer<typeof kanikoSettingsSchema>;

function flagProblem(
  flag: string,
  known: ReadonlySet<string>,
): string | undefined {
  const name = FLAG.exec(flag)?.[1];
  if (!name) return 'is not one flag of the form --name or --name=value';
  if (CONTROLLER_FLAGS.has(name)) return 'belongs to the controller';
  const setting = Object.hasOwn(SETTING_OF_FLAG, name)
    ? SETTING_OF_FLAG[name]
    : undefined;
  if (setting) return `has a setting of its own: ${setting}`;
  if (!known.has(name)) {
    return 'is not known to executors of this generation and would stop them';
  }
  return undefined;
}
