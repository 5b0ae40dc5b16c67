import { z } from 'zod';
import { attemptPhaseSchema, taskPhaseSchema } from './TaskPhase';
import { buildPhaseSchema } from './BuildPhase';
import { platformSchema } from './Platform';
import { reasonSchema } from './Reason';
import { sourceRevisionSchema } from './SourceRevision';
import { triggerSchema } from './Trigger';

/** Instants are ISO 8601 in UTC. @public */
const instant = z.string();

/**
 * One workload for a BuildTask. Every attempt and its logs are kept.
 * @public
 */
export const attemptSchema = z.object({
  id: z.string(),
  /** From 1. */
  number: z.number().int(),
  phase: attemptPhaseSchema,
  cluster: z.string(),
  /** Name of the Job or process group. */
  name: z.string(),
  podName: z.string().optional(),
  nodeName: z.string().optional(),
  reason: reasonSchema.optional(),
  createdAt: instant,
  startedAt: instant.optional(),
  finishedAt: instant.optional(),
  /** The job's containers in the order they run, with what is known of each. */
  containers: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['Waiting', 'Running', 'Terminated']),
      exitCode: z.number().int().optional(),
      startedAt: instant.optional(),
      finishedAt: instant.optional(),
    }),
  ),
});

/** @public */
export type Attempt = z.infer<typeof attemptSchema>;

/**
 * Variant × Platform: one job in one isolated workspace.
 * @public
 */
export const buildTaskSchema = z.object({
  id: z.string(),
  variant: z.string(),
  platform: platformSchema,
  phase: taskPhaseSchema,
  /** `sha256:…`, confirmed by the registry once the build is past Verifying. */
  digest: z.string().optional(),
  /** Compressed size in bytes. */
  size: z.number().int().optional(),
  /** Number of Dockerfile steps, and how many of them came from the cache. */
  totalSteps: z.number().int().optional(),
  cachedSteps: z.number().int().optional(),
  completedSteps: z.number().int().optional(),
  reason: reasonSchema.optional(),
  maxAttempts: z.number().int(),
  attempts: z.array(attemptSchema),
});

/** @public */
export type BuildTask = z.infer<typeof buildTaskSchema>;

/**
 * A tag in one destination repository, and what it pointed to before.
 * @public
 */
export const movedTagSchema = z.object({
  /** `host/repository:tag` */
  reference: z.string(),
  state: z.enum(['Planned', 'Moved', 'Skipped', 'Failed']),
  digest: z.string().optional(),
  /** What the tag pointed to before: the rollback. */
  previousDigest: z.string().optional(),
  /** Why it was skipped or failed. */
  reason: z.string().optional(),
});

/** @public */
export type MovedTag = z.infer<typeof movedTagSchema>;

/**
 * The list's view of a Build.
 * @public
 */
export const buildSummarySchema = z.object({
  id: z.string(),
  /** Per BuildConfig, from 1: "#42". */
  number: z.number().int(),
  kind: z.enum(['build', 'resign', 'rebase', 'scan']),
  entityRef: z.string(),
  /** Owner of the entity when the build was admitted. */
  ownerRef: z.string().optional(),
  phase: buildPhaseSchema,
  reason: reasonSchema.optional(),
  trigger: triggerSchema,
  branch: z.string().optional(),
  source: sourceRevisionSchema.optional(),
  /** Subject and author of the commit, as `init` read them. */
  subject: z.string().optional(),
  author: z.string().optional(),
  /** `host/repository` */
  image: z.string().optional(),
  /** Digest of the image or index once it is confirmed. */
  digest: z.string().optional(),
  signed: z.enum(['Signed', 'Unsigned', 'NotChecked']),
  tags: z.array(z.string()),
  variants: z.array(
    z.object({
      name: z.string(),
      platforms: z.array(
        z.object({ platform: z.string(), phase: taskPhaseSchema }),
      ),
    }),
  ),
  createdAt: instant,
  queuedAt: instant.optional(),
  startedAt: instant.optional(),
  finishedAt: instant.optional(),
  cancelRequestedAt: instant.optional(),
  cancelRequestedBy: z.string().optional(),
  retryOf: z.object({ id: z.string(), number: z.number().int() }).optional(),
  /** What the caller may do with this build now. */
  allowed: z.object({
    cancel: z.boolean(),
    retry: z.boolean(),
    rebuild: z.boolean(),
    readLog: z.boolean(),
  }),
});

/** @public */
export type BuildSummary = z.infer<typeof buildSummarySchema>;

/** Names of the bars on the build page, in order. @public */
export const PHASE_BARS = [
  'Queue',
  'Fetch',
  'Build',
  'Publish',
  'Verify',
  'Sign',
  'Tag',
] as const;

/** @public */
export type PhaseBarName = (typeof PHASE_BARS)[number];

/**
 * Everything the build page shows.
 * @public
 */
export const buildSchema = buildSummarySchema.extend({
  tasks: z.array(buildTaskSchema),
  phases: z.array(
    z.object({
      name: z.enum(PHASE_BARS),
      state: z.enum([
        'NotStarted',
        'Running',
        'Done',
        'Failed',
        'Canceled',
        'Skipped',
      ]),
      startedAt: instant.optional(),
      finishedAt: instant.optional(),
    }),
  ),
  /** While Queued: place from 1 and why it waits, in a sentence. */
  queue: z.object({ position: z.number().int(), why: z.string() }).optional(),
  movedTags: z.array(movedTagSchema),
  scheduler: z.string().optional(),
  cluster: z.string().optional(),
  limits: z
    .object({
      memoryBytes: z.number().optional(),
      ephemeralStorageBytes: z.number().optional(),
      deadlineSeconds: z.number().optional(),
    })
    .optional(),
  dockerfile: z.string().optional(),
  context: z.string().optional(),
  policyRevision: z.string().optional(),
  /** Where the revision can be looked at, when the host is known. */
  sourceUrl: z.string().optional(),
  /** A command that verifies the signature, when signed. */
  verifyCommand: z.string().optional(),
  events: z.array(
    z.object({
      id: z.number().int(),
      at: instant,
      type: z.string(),
      message: z.string(),
    }),
  ),
});

/** @public */
export type Build = z.infer<typeof buildSchema>;
