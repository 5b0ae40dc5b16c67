import { z } from 'zod';

/**
 * The exact source of a Build: a commit, or the digest of an uploaded
 * archive. Never a branch; the branch is only remembered beside it.
 * @public
 */
export type SourceRevision =
  | {
      type: 'git';
      /** Clone URL without credentials. */
      url: string;
      /** Full commit SHA, 40 or 64 lower-case hex characters. */
      revision: string;
      /** The ref it was resolved from, for people and for servers that do not serve bare SHAs. */
      ref?: string;
    }
  | {
      type: 'archive';
      /** `sha256:…` of the uploaded archive. */
      digest: string;
    };

/** A full commit id. @public */
export const COMMIT_SHA = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** @public */
export const sourceRevisionSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('git'),
    url: z.string(),
    revision: z.string().regex(COMMIT_SHA),
    ref: z.string().optional(),
  }),
  z.object({ type: z.literal('archive'), digest: z.string() }),
]);
