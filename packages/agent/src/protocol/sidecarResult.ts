import { z } from 'zod';
import { failureSchema } from './reasons';

/**
 * How the log of one container ended.
 *
 * @public
 */
export const sidecarContainerSchema = z.object({
  name: z.string(),
  /** Bytes the ingest has confirmed. */
  bytes: z.number().int().nonnegative(),
  /**
   * - `complete`: everything was delivered and the ingest knows it;
   * - `full`: the ingest wanted no more;
   * - `truncated`: something was lost, `bytes` is how far it got;
   * - `neverStarted`: the container never ran.
   */
  state: z.enum(['complete', 'full', 'truncated', 'neverStarted']),
});

/**
 * Shape of `sidecar`'s result file when it succeeded.
 *
 * @public
 */
export const sidecarSuccessSchema = z.object({
  protocolVersion: z.literal(1),
  program: z.literal('sidecar'),
  ok: z.literal(true),
  containers: z.array(sidecarContainerSchema).max(32),
});

/**
 * Shape of `sidecar`'s result file.
 *
 * @public
 */
export const sidecarResultSchema = z.union([
  sidecarSuccessSchema,
  failureSchema,
]);

/**
 * How the log of one container ended.
 *
 * @public
 */
export type SidecarContainerResult = z.infer<typeof sidecarContainerSchema>;

/**
 * Result of `sidecar` when it succeeded.
 *
 * @public
 */
export type SidecarSuccess = z.infer<typeof sidecarSuccessSchema>;

/**
 * Result of `sidecar`.
 *
 * @public
 */
export type SidecarResult = z.infer<typeof sidecarResultSchema>;
