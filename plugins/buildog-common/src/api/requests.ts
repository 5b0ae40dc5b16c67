import { z } from 'zod';
import {
  buildSummarySchema,
  BUILD_PHASES,
  COMMIT_SHA,
  TRIGGER_KINDS,
} from '../model';

/**
 * Body of `POST /v1/builds`. Give a branch (default: the repository's default
 * branch) or a revision, not both; `ref` may accompany a revision for git
 * servers that do not serve bare SHAs.
 * @public
 */
export const startBuildRequestSchema = z
  .strictObject({
    entityRef: z.string().min(3).max(500),
    branch: z.string().min(1).max(250).optional(),
    revision: z
      .string()
      .regex(
        COMMIT_SHA,
        'must be a full commit SHA: 40 or 64 lower-case hex characters',
      )
      .optional(),
  })
  .refine(r => !(r.branch && r.revision), {
    path: ['revision'],
    message: 'give a branch or a revision, not both',
  });

/** @public */
export type StartBuildRequest = z.infer<typeof startBuildRequestSchema>;

/**
 * Query of `GET /v1/builds`. Newest first; `cursor` is opaque.
 * @public
 */
export const listBuildsQuerySchema = z.strictObject({
  entityRef: z.string().max(500).optional(),
  phase: z.array(z.enum(BUILD_PHASES)).max(BUILD_PHASES.length).optional(),
  branch: z.string().max(250).optional(),
  variant: z.string().max(128).optional(),
  trigger: z.array(z.enum(TRIGGER_KINDS)).optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** @public */
export type ListBuildsQuery = z.input<typeof listBuildsQuerySchema>;

/** @public */
export const listBuildsResponseSchema = z.object({
  items: z.array(buildSummarySchema),
  /** Absent on the last page. */
  nextCursor: z.string().optional(),
});

/** @public */
export type ListBuildsResponse = z.infer<typeof listBuildsResponseSchema>;

/**
 * `GET /v1/entities/{kind}/{namespace}/{name}`: what the Build tab needs
 * before its first build: may one build here, and if not, what is missing.
 * @public
 */
export const entityStatusSchema = z.object({
  entityRef: z.string(),
  state: z.enum([
    'Ready',
    'NotEnabled',
    'NoSourceLocation',
    'NoRunner',
    'SourceNotAllowed',
  ]),
  /** A sentence on what is missing and how to add it. */
  message: z.string().optional(),
  /** Setting or annotation to add, ready to copy. */
  snippet: z.string().optional(),
  repositoryUrl: z.string().optional(),
  dockerfile: z.string().optional(),
  /** `host/repository` builds would go to. */
  image: z.string().optional(),
  defaultBranch: z.string().optional(),
  mayBuild: z.boolean(),
  mayAdminister: z.boolean(),
  latestImage: z
    .object({
      reference: z.string(),
      digest: z.string(),
      signed: z.enum(['Signed', 'Unsigned', 'NotChecked']),
      build: z.object({ id: z.string(), number: z.number().int() }),
    })
    .optional(),
  /** Of the last 30 days, without canceled, superseded and rejected builds. */
  statistics: z.object({
    finished: z.number().int(),
    succeeded: z.number().int(),
    medianSeconds: z.number().optional(),
    medianSecondsBefore: z.number().optional(),
  }),
});

/** @public */
export type EntityStatus = z.infer<typeof entityStatusSchema>;

/** `GET /v1/entities/…/branches` @public */
export const branchesResponseSchema = z.object({
  defaultBranch: z.string().optional(),
  branches: z.array(z.object({ name: z.string(), revision: z.string() })),
});

/** @public */
export type BranchesResponse = z.infer<typeof branchesResponseSchema>;

/** `GET /v1/builds/{id}/attempts/{attempt}/logs` @public */
export const logStreamsResponseSchema = z.object({
  streams: z.array(
    z.object({
      container: z.string(),
      size: z.number().int(),
      complete: z.boolean(),
      truncated: z.boolean(),
      purged: z.boolean(),
    }),
  ),
});

/** @public */
export type LogStreamsResponse = z.infer<typeof logStreamsResponseSchema>;

/**
 * One Dockerfile step of an attempt as its log tells it:
 * `GET /v1/builds/{id}/attempts/{attempt}/steps`.
 * @public
 */
export const buildStepSchema = z.object({
  number: z.number().int(),
  line: z.number().int().optional(),
  instruction: z.string(),
  stage: z.string().optional(),
  state: z.enum([
    'NotStarted',
    'Running',
    'Done',
    'Cached',
    'Failed',
    'Skipped',
  ]),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  /** Byte range of its output in the `build` stream. */
  startOffset: z.number().int().optional(),
  endOffset: z.number().int().optional(),
});

/** @public */
export type BuildStep = z.infer<typeof buildStepSchema>;

/** @public */
export const stepsResponseSchema = z.object({
  steps: z.array(buildStepSchema),
});

/** @public */
export type StepsResponse = z.infer<typeof stepsResponseSchema>;

/** Body of every 4xx and 5xx, beside Backstage's own fields. @public */
export const problemSchema = z.object({
  error: z.object({
    name: z.string(),
    message: z.string(),
    code: z.string().optional(),
    /** Path of the offending field, for example `revision`. */
    field: z.string().optional(),
  }),
});
