import { z } from 'zod';

/**
 * Prefix of a line of a container's output that is for the controller.
 *
 * @public
 */
export const EVENT_PREFIX = '::buildog ';

/**
 * Longest text of a step in characters; longer ones end in an ellipsis.
 *
 * @public
 */
export const STEP_TEXT_LIMIT = 160;

/**
 * Most steps in the event; a Dockerfile with more is still built.
 *
 * @public
 */
export const STEP_LIMIT = 500;

/**
 * Shape of one instruction that a builder executes.
 *
 * @public
 */
export const dockerfileStepSchema = z.object({
  /** From 1, in the order of the file. `ARG` before the first `FROM` is none. */
  number: z.number().int().positive(),
  /** First line, from 1. */
  line: z.number().int().positive(),
  /** Last line, from 1: continuation lines and heredocs belong to it. */
  endLine: z.number().int().positive(),
  /** Stage, from 0. */
  stage: z.number().int().nonnegative(),
  /** Name of the stage (`AS name`), where it has one. */
  stageName: z.string().optional(),
  /** From 1 in its stage; the `FROM` is 1, as builders count. */
  stageStep: z.number().int().positive(),
  /** Upper case. */
  instruction: z.string(),
  /** The instruction in one line, see {@link STEP_TEXT_LIMIT}. */
  text: z.string(),
});

/**
 * Shape of the event.
 *
 * @public
 */
export const dockerfileEventSchema = z.object({
  event: z.literal('dockerfile'),
  /** Path of the file, relative to the source. */
  path: z.string(),
  steps: z.array(dockerfileStepSchema),
  /** Number of steps in the file, when more than {@link STEP_LIMIT}. */
  total: z.number().int().positive(),
});

/**
 * One instruction that a builder executes.
 *
 * @public
 */
export type DockerfileStep = z.infer<typeof dockerfileStepSchema>;

/**
 * What `init` says about the Dockerfile, in one line of its output.
 *
 * @public
 */
export type DockerfileEvent = z.infer<typeof dockerfileEventSchema>;

/**
 * Writes the line, without a line end.
 *
 * @public
 */
export function formatDockerfileEvent(event: DockerfileEvent): string {
  return `${EVENT_PREFIX}${JSON.stringify(event)}`;
}

/**
 * Reads a line of `init`'s log. `undefined` when it is another line; a line
 * of a *build* container must not be given to it: users write those.
 *
 * @public
 */
export function parseDockerfileEvent(
  line: string,
): DockerfileEvent | undefined {
  if (!line.startsWith(EVENT_PREFIX)) return undefined;
  try {
    const parsed = dockerfileEventSchema.safeParse(
      JSON.parse(line.slice(EVENT_PREFIX.length)),
    );
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
