import { z } from 'zod';

/**
 * Shape of the body of the ingest's answers 200, 409 and 413 to a chunk.
 *
 * - 200 `{next}`: taken; `next` is the offset after it.
 * - 409 `{next}`: the ingest stands at `next`; the sidecar goes on from there.
 * - 413 `{next, full: true}`: the ingest wants no more of this container.
 *
 * @public
 */
export const ingestAnswerSchema = z.object({
  /** Offset, in bytes of the log, that the ingest expects next. */
  next: z.number().int().nonnegative(),
  /** Set when the cap of this log is reached. */
  full: z.boolean().optional(),
});

/**
 * An answer of the ingest.
 *
 * @public
 */
export type IngestAnswer = z.infer<typeof ingestAnswerSchema>;

/**
 * Shape of the body of a heartbeat.
 *
 * @public
 */
export const heartbeatSchema = z.object({
  protocolVersion: z.literal(1),
  /** Bytes read from the API server so far, by container. */
  read: z.record(z.string(), z.number().int().nonnegative()),
});

/**
 * Body of a heartbeat.
 *
 * @public
 */
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/**
 * Path of a container's log below the ingest URL.
 *
 * @public
 */
export function ingestPath(attemptId: string, container: string): string {
  return `${encodeURIComponent(attemptId)}/${encodeURIComponent(container)}`;
}
