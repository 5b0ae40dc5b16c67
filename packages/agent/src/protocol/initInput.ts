import { z } from 'zod';
import { agentPaths } from './paths';
import {
  absolutePathSchema,
  digestSchema,
  hostSchema,
  proxySchema,
  refSchema,
  revisionSchema,
  sourcePathSchema,
} from './fields';

/**
 * What to do about submodules of a git source.
 *
 * @public
 */
export const submodulesSchema = z.strictObject({
  /** How deep submodules may nest; 1 is those of the source itself. */
  depth: z.number().int().min(1).max(10),
  /** Hosts allowed besides the one of the repository that names the submodule. */
  hosts: z.array(hostSchema).max(64).default([]),
  /**
   * Repository URLs that may be read with the source's credential. Anything
   * else is fetched anonymously: whoever writes `.gitmodules` would otherwise
   * read every repository the credential can read.
   */
  credentialUrls: z.array(z.string().max(2048)).max(64).default([]),
});

/**
 * Shape of a source in git.
 *
 * @public
 */
export const gitSourceSchema = z.strictObject({
  type: z.literal('git'),
  /** `https://`, `http://`, `ssh://` or `user@host:path`. No password in it. */
  url: z.string().min(1).max(2048),
  /** The commit that is built. */
  revision: revisionSchema,
  /** Where the commit was seen, for servers that serve only tips of refs. */
  ref: refSchema.optional(),
  /** Commits of history to fetch; the whole history when it is 0. */
  depth: z.number().int().min(0).max(1_000_000).default(1),
  /** Check out only this directory of the repository (and nothing else). */
  subPath: sourcePathSchema.optional(),
  /** Transports the source and its submodules may use. */
  transports: z
    .array(z.enum(['https', 'http', 'ssh']))
    .min(1)
    .default(['https', 'ssh']),
  /** When given, the source's host must be one of these. */
  hosts: z.array(hostSchema).max(256).optional(),
  submodules: z.union([z.literal(false), submodulesSchema]).default(false),
  /** Whether LFS pointers in the context are a failure or wanted as they are. */
  lfs: z.enum(['refuse', 'keepPointers']).default('refuse'),
  /** Whether the build sees a `.git` directory (without remotes or credentials). */
  keepGitDirectory: z.boolean().default(false),
});

/**
 * Shape of an uploaded archive as the source.
 *
 * @public
 */
export const archiveSourceSchema = z
  .strictObject({
    type: z.literal('archive'),
    /** File of the container that holds the archive. */
    path: absolutePathSchema.optional(),
    /** Or where to get it, with the `token` credential. */
    url: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .optional(),
    /** Digest of the archive as it was uploaded. */
    digest: digestSchema,
  })
  .refine(
    source => (source.path === undefined) !== (source.url === undefined),
    {
      message: 'exactly one of `path` and `url` must be given',
      path: ['url'],
    },
  );

/**
 * Shape of `init`'s input file.
 *
 * @public
 */
export const initInputSchema = z.strictObject({
  protocolVersion: z.literal(1),
  source: z.discriminatedUnion('type', [gitSourceSchema, archiveSourceSchema]),
  /** Relative to the root of the source (not to the context). */
  dockerfile: sourcePathSchema.default('Dockerfile'),
  /** Directory, relative to the root of the source. */
  context: sourcePathSchema.default('.'),
  limits: z
    .strictObject({
      /** Of what is downloaded, and again of what is written. */
      bytes: z.number().int().positive().default(2_147_483_648),
      files: z.number().int().positive().default(200_000),
      /** From start to end. */
      seconds: z.number().int().positive().default(600),
    })
    .prefault({}),
  /** PEM file of certificate authorities trusted besides the system's. */
  caFile: absolutePathSchema.optional(),
  proxy: proxySchema.optional(),
  /** An empty directory; it becomes the root of the source. */
  workspacePath: absolutePathSchema.default(agentPaths.workspace),
});

/**
 * Input of `init` as the program sees it, defaults filled in.
 *
 * @public
 */
export type InitInput = z.infer<typeof initInputSchema>;

/**
 * Input of `init` as a controller writes it.
 *
 * @public
 */
export type InitInputFile = z.input<typeof initInputSchema>;

/**
 * A source in git, defaults filled in.
 *
 * @public
 */
export type GitSource = z.infer<typeof gitSourceSchema>;

/**
 * An uploaded archive as the source.
 *
 * @public
 */
export type ArchiveSource = z.infer<typeof archiveSourceSchema>;

/**
 * Limits on a source.
 *
 * @public
 */
export type SourceLimits = InitInput['limits'];

/**
 * What to do about submodules, when they are wanted.
 *
 * @public
 */
export type SubmoduleSettings = z.infer<typeof submodulesSchema>;
