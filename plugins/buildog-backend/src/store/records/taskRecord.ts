import { formatPlatform, parsePlatform } from '@buildog/plugin-buildog-common';
import type { TaskPhase } from '@buildog/plugin-buildog-common';
import type { TaskRow } from '../../domain/TaskRow';
import {
  fromOptionalJson,
  toOptionalDate,
  toOptionalJson,
  toOptionalNumber,
} from './values';
import type { StoredDate } from './values';

/** A row of `tasks`, as both drivers hand it out. */
export interface TaskRecord {
  id: string;
  build_id: string;
  position: number;
  variant: string;
  platform: string;
  phase: string;
  digest: string | null;
  size: string | number | null;
  total_steps: number | null;
  cached_steps: number | null;
  completed_steps: number | null;
  reason: string | null;
  max_attempts: number;
  retry_at: StoredDate | null;
}

/** Reads a task. */
export function toTaskRow(record: TaskRecord): TaskRow {
  return {
    id: record.id,
    buildId: record.build_id,
    position: record.position,
    variant: record.variant,
    platform: parsePlatform(record.platform),
    phase: record.phase as TaskPhase,
    digest: record.digest ?? undefined,
    size: toOptionalNumber(record.size),
    totalSteps: record.total_steps ?? undefined,
    cachedSteps: record.cached_steps ?? undefined,
    completedSteps: record.completed_steps ?? undefined,
    reason: toOptionalJson(record.reason),
    maxAttempts: record.max_attempts,
    retryAt: toOptionalDate(record.retry_at),
  };
}

/** Columns that decisions change; step counts are written past them. */
export const DECIDED_TASK_COLUMNS = [
  'phase',
  'digest',
  'size',
  'reason',
  'retry_at',
] as const;

/** A task's columns without the step counts. */
export function fromTaskRow(task: TaskRow) {
  return {
    id: task.id,
    build_id: task.buildId,
    position: task.position,
    variant: task.variant,
    platform: formatPlatform(task.platform),
    phase: task.phase,
    digest: task.digest ?? null,
    size: task.size ?? null,
    reason: fromOptionalJson(task.reason),
    max_attempts: task.maxAttempts,
    retry_at: task.retryAt ?? null,
  };
}
