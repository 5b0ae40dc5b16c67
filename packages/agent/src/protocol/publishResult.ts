import { z } from 'zod';
import { digestSchema } from './fields';
import { platformSchema } from './publishInput';
import { failureSchema } from './reasons';

/**
 * Shape of `publish`'s result file when it succeeded.
 *
 * @public
 */
export const publishSuccessSchema = z.object({
  protocolVersion: z.literal(1),
  program: z.literal('publish'),
  ok: z.literal(true),
  /** The repository of the input. */
  repository: z.string(),
  /** Digest of the image's manifest, the only name it was pushed under. */
  digest: digestSchema,
  mediaType: z.string(),
  /** Bytes of manifest, configuration and layers together. */
  size: z.number().int().nonnegative(),
  platform: platformSchema,
  layers: z.number().int().nonnegative(),
  /** Bytes that went over the wire. */
  pushedBytes: z.number().int().nonnegative(),
  /** Blobs the registry took over from another of its repositories. */
  mountedBlobs: z.number().int().nonnegative(),
  /** Blobs the repository had already. */
  existingBlobs: z.number().int().nonnegative(),
  seconds: z.number().nonnegative(),
});

/**
 * Shape of `publish`'s result file.
 *
 * @public
 */
export const publishResultSchema = z.union([
  publishSuccessSchema,
  failureSchema,
]);

/**
 * Result of `publish` when it succeeded.
 *
 * @public
 */
export type PublishSuccess = z.infer<typeof publishSuccessSchema>;

/**
 * Result of `publish`.
 *
 * @public
 */
export type PublishResult = z.infer<typeof publishResultSchema>;
