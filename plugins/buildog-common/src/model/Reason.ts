import { z } from 'zod';

/**
 * Whose affair a reason is. Only `Infrastructure` failures get another
 * attempt; `User` ones would fail again, `Policy` ones need an administrator.
 * @public
 */
export const REASON_CATEGORIES = ['User', 'Infrastructure', 'Policy'] as const;

/** @public */
export type ReasonCategory = (typeof REASON_CATEGORIES)[number];

/**
 * Where in the build a reason arose.
 * @public
 */
export interface ReasonLocation {
  /** Container of the job: `init`, `build`, `publish`, or a scheduler's own. */
  container?: string;
  /** Path of the Dockerfile in the source. */
  file?: string;
  /** First line of the instruction, from 1. */
  line?: number;
  /** Number of the step as the log shows it, from 1. */
  step?: number;
  /** The instruction as written, shortened to 500 characters. */
  instruction?: string;
}

/**
 * Why a Build, BuildTask or Attempt is where it is. `code` is open
 * (CamelCase, see {@link REASON_CODES} for ours); `message` is a sentence for
 * people, which names the limit and the value and holds no secret.
 * @public
 */
export interface Reason {
  code: string;
  category: ReasonCategory;
  message: string;
  exitCode?: number;
  location?: ReasonLocation;
}

/** @public */
export const reasonSchema = z.object({
  code: z.string().regex(/^[A-Z][A-Za-z0-9]{1,63}$/),
  category: z.enum(REASON_CATEGORIES),
  message: z.string().max(2000),
  exitCode: z.number().int().optional(),
  location: z
    .object({
      container: z.string().optional(),
      file: z.string().optional(),
      line: z.number().int().positive().optional(),
      step: z.number().int().positive().optional(),
      instruction: z.string().max(500).optional(),
    })
    .optional(),
});
