import { z } from 'zod';
import { digestSchema, revisionSchema } from './fields';
import { failureSchema } from './reasons';

/**
 * Shape of a warning: nothing failed, but the image may miss something.
 *
 * @public
 */
export const initWarningSchema = z.object({
  code: z.enum(['LfsPointers', 'SubmodulesSkipped']),
  message: z.string().max(512),
});

/**
 * Shape of `init`'s result file when it succeeded.
 *
 * @public
 */
export const initSuccessSchema = z.object({
  protocolVersion: z.literal(1),
  program: z.literal('init'),
  ok: z.literal(true),
  source: z.discriminatedUnion('type', [
    z.object({
      type: z.literal('git'),
      revision: revisionSchema,
      /** First line of the commit's message, cut at 200 code points. */
      subject: z.string().max(401),
      /** Name (not the address) of the author, cut at 100 code points. */
      author: z.string().max(201),
      /** RFC 3339, UTC. */
      authoredAt: z.string(),
      submodules: z.number().int().nonnegative(),
    }),
    z.object({ type: z.literal('archive'), digest: digestSchema }),
  ]),
  dockerfile: z.object({
    digest: digestSchema,
    bytes: z.number().int().nonnegative(),
    steps: z.number().int().positive(),
  }),
  /** Files and bytes that were written to the workspace. */
  files: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  seconds: z.number().nonnegative(),
  warnings: z.array(initWarningSchema).max(4),
});

/**
 * Shape of `init`'s result file.
 *
 * @public
 */
export const initResultSchema = z.union([initSuccessSchema, failureSchema]);

/**
 * A warning of `init`.
 *
 * @public
 */
export type InitWarning = z.infer<typeof initWarningSchema>;

/**
 * Result of `init` when it succeeded.
 *
 * @public
 */
export type InitSuccess = z.infer<typeof initSuccessSchema>;

/**
 * Result of `init`.
 *
 * @public
 */
export type InitResult = z.infer<typeof initResultSchema>;
