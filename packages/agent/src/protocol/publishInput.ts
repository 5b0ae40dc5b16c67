import { z } from 'zod';
import { absolutePathSchema, hostSchema, proxySchema } from './fields';
import { agentPaths } from './paths';

/**
 * Shape of a platform as the OCI image configuration has it.
 *
 * @public
 */
export const platformSchema = z.object({
  os: z.string().min(1).max(64),
  architecture: z.string().min(1).max(64),
  /** OCI's `variant`: `v7`, `v8`. */
  cpuVariant: z.string().min(1).max(64).optional(),
});

/**
 * Shape of `publish`'s input file.
 *
 * @public
 */
export const publishInputSchema = z.strictObject({
  protocolVersion: z.literal(1),
  layoutPath: absolutePathSchema.default(agentPaths.layout),
  /** `registry/path`, without tag or digest. */
  repository: z.string().min(3).max(512),
  /** Platform the image must say it is for. */
  expectedPlatform: platformSchema.strict(),
  limits: z
    .strictObject({
      /** Of all blobs of the image together. */
      bytes: z.number().int().positive().default(34_359_738_368),
      /** Of one manifest, index or configuration. */
      manifestBytes: z.number().int().positive().default(4_194_304),
      layers: z.number().int().positive().default(512),
      /** From start to end. */
      seconds: z.number().int().positive().default(3600),
    })
    .prefault({}),
  /** Repositories of the same registry whose blobs may be mounted. */
  mountFrom: z.array(z.string().min(1).max(255)).max(16).default([]),
  /** Hosts reached by plain http. */
  insecureHosts: z.array(hostSchema).max(64).default([]),
  /** PEM file of certificate authorities trusted besides the system's. */
  caFile: absolutePathSchema.optional(),
  proxy: proxySchema.optional(),
});

/**
 * Input of `publish` as the program sees it, defaults filled in.
 *
 * @public
 */
export type PublishInput = z.infer<typeof publishInputSchema>;

/**
 * Input of `publish` as a controller writes it.
 *
 * @public
 */
export type PublishInputFile = z.input<typeof publishInputSchema>;

/**
 * A platform in the words of Buildog.
 *
 * @public
 */
export type AgentPlatform = z.infer<typeof platformSchema>;
