import { parsePlatform } from '@buildog/plugin-buildog-common';
import { z } from 'zod';
import { clusterSchema, resourcesSchema } from './clusterSchema';
import { durationMs, durationSeconds } from './duration';
import { embeddedRegistrySchema, localRunnerSchema } from './localSchema';
import { logsSchema } from './logsSchema';
import { registryHost, registrySchema } from './registrySchema';
import { proxySchema } from './proxySchema';
import { sourcesSchema } from './sourcesSchema';

const platform = z.string().transform((text, context) => {
  try {
    return parsePlatform(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const timeZone = z.string().refine(
  zone => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
    } catch {
      return false;
    }
  },
  { message: 'use an IANA time zone, for example Europe/Berlin' },
);

const defaultsSchema = z.strictObject({
  /** Registry that images go to. Without it nothing can be built. */
  registry: registryHost.optional(),
  /** Repository below the registry; `{namespace}` and `{name}` are the entity's. */
  repository: z
    .string()
    .regex(
      /^([a-z0-9._/-]|\{namespace\}|\{name\})+$/,
      'use lower-case path characters, {namespace} and {name}',
    )
    .refine(pattern => pattern.includes('{name}'), {
      message: 'the pattern needs {name}, or all components push to one image',
    })
    .default('{namespace}/{name}'),
  scheduler: z.string().optional(),
  cluster: z.string().optional(),
  dockerfile: z.string().default('Dockerfile'),
  platforms: z.array(platform).min(1).max(16).prefault(['linux/amd64']),
  resources: resourcesSchema.prefault({}),
  deadline: durationSeconds.prefault('30m'),
  maxAttempts: z.number().int().min(1).max(10).default(3),
  tagTemplate: z.string().min(1).max(200).default('v{date}-{shortSha}'),
  branchTag: z.boolean().default(true),
  /** Build arguments every build gets. `{sha}` in a value is the commit; not for secrets. */
  buildArgs: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'use letters, digits and _'),
      z.string().max(4096),
    )
    .default({}),
});

const signingSchema = z.strictObject({
  cosign: z
    .strictObject({
      /** PEM of the private key, as `cosign generate-key-pair` writes it. */
      key: z.string().min(1).optional(),
      keyFile: z.string().min(1).optional(),
      password: z.string().optional(),
      passwordFile: z.string().min(1).optional(),
    })
    .refine(cosign => Boolean(cosign.key) !== Boolean(cosign.keyFile), {
      path: ['keyFile'],
      message: 'give key or keyFile, one of them',
    })
    .optional(),
});

const limitsSchema = z.strictObject({
  /** Builds that run at once, all together. */
  concurrency: z.number().int().min(1).max(10_000).default(20),
  /** Builds of one owner that run at once. */
  concurrencyPerOwner: z.number().int().min(1).max(10_000).default(5),
});

const retentionSchema = z.strictObject({
  logs: durationMs.prefault('90d'),
  builds: durationMs.prefault('365d'),
  keepPerConfig: z.number().int().min(1).default(20),
  orphans: durationMs.prefault('30d'),
});

/** Everything below `buildog` in app-config. Unknown keys are errors. */
export const buildogConfigSchema = z.strictObject({
  /** Names this portal in everything it makes on a cluster. Made up and kept in the database by default. */
  installationId: z
    .string()
    .regex(
      /^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/,
      'use at most 20 lower-case letters, digits and dashes',
    )
    .optional(),
  runner: z
    .strictObject({
      kubernetes: z
        .strictObject({ clusters: z.array(clusterSchema).default([]) })
        .prefault({}),
      local: localRunnerSchema.prefault({}),
    })
    .prefault({}),
  schedulers: z
    .record(
      z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/),
      z.strictObject({
        type: z.string().min(1),
        settings: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .default({}),
  registries: z.array(registrySchema).default([]),
  embeddedRegistry: embeddedRegistrySchema.prefault({}),
  defaults: defaultsSchema.prefault({}),
  sources: sourcesSchema.prefault({}),
  logs: logsSchema.prefault({}),
  /** With a URL, pods send their logs there (transport `sidecar`). */
  ingest: z
    .strictObject({
      url: z
        .string()
        .regex(
          /^https?:\/\/[^@\s]+$/,
          'write http(s)://host/path, without a user',
        )
        .optional(),
      caFile: z.string().optional(),
    })
    .prefault({}),
  /** Proxies of the controller, of the agent's programs, and of nothing else. */
  proxy: proxySchema.optional(),
  signing: signingSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  retention: retentionSchema.prefault({}),
  timeZone: timeZone.default('UTC'),
});

/** What the administrators configured, with every default filled in. */
export type BuildogConfig = z.output<typeof buildogConfigSchema>;
