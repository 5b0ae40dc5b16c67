import { z } from 'zod';
import { absolutePathSchema, proxySchema } from './fields';
import { agentPaths } from './paths';

/**
 * Shape of `sidecar`'s input file.
 *
 * @public
 */
export const sidecarInputSchema = z.strictObject({
  protocolVersion: z.literal(1),
  /** Where logs go: `{ingestUrl}/{attemptId}/{container}`. No query in it. */
  ingestUrl: z.url({ protocol: /^https?$/ }).max(2048),
  attemptId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/),
  /** Names of the containers to follow, never the sidecar's own. */
  containers: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
        .refine(name => name !== 'heartbeat', 'is a path of the ingest'),
    )
    .min(1)
    .max(32),
  heartbeatSeconds: z.number().positive().max(3600).default(10),
  /** Most bytes of one POST. */
  chunkBytes: z.number().int().min(1024).max(16_777_216).default(262_144),
  /** Longest time a byte waits for more before it is sent. */
  lingerMilliseconds: z.number().int().nonnegative().max(10_000).default(100),
  /** Most bytes kept per container for an ingest that is away. */
  spoolLimitBytes: z.number().int().min(65_536).default(104_857_600),
  /** Time to deliver what is left, after SIGTERM or the last container's end. */
  flushSeconds: z.number().positive().max(3600).default(25),
  spoolPath: absolutePathSchema.default(agentPaths.spool),
  /** PEM file of certificate authorities the ingest may use besides the system's. */
  caFile: absolutePathSchema.optional(),
  proxy: proxySchema.optional(),
});

/**
 * Input of `sidecar` as the program sees it, defaults filled in.
 *
 * @public
 */
export type SidecarInput = z.infer<typeof sidecarInputSchema>;

/**
 * Input of `sidecar` as a controller writes it.
 *
 * @public
 */
export type SidecarInputFile = z.input<typeof sidecarInputSchema>;
