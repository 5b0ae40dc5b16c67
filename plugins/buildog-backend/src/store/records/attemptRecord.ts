import type { AttemptPhase } from '@buildog/plugin-buildog-common';
import type { AttemptContainer, AttemptRow } from '../../domain/AttemptRow';
import {
  fromOptionalJson,
  toDate,
  toOptionalDate,
  toOptionalJson,
} from './values';
import type { StoredDate } from './values';

/** A row of `attempts`, as both drivers hand it out. */
export interface AttemptRecord {
  id: string;
  build_id: string;
  task_id: string;
  number: number;
  phase: string;
  cluster: string;
  name: string;
  log_transport: string;
  uid: string | null;
  pod_name: string | null;
  node_name: string | null;
  containers: string;
  reason: string | null;
  created_at: StoredDate;
  started_at: StoredDate | null;
  finished_at: StoredDate | null;
  deadline_at: StoredDate;
  tries: number;
  retry_at: StoredDate | null;
  logs_settled_at: StoredDate | null;
  removed_at: StoredDate | null;
}

/** Reads an attempt. */
export function toAttemptRow(record: AttemptRecord): AttemptRow {
  return {
    id: record.id,
    buildId: record.build_id,
    taskId: record.task_id,
    number: record.number,
    phase: record.phase as AttemptPhase,
    cluster: record.cluster,
    name: record.name,
    logTransport: record.log_transport,
    uid: record.uid ?? undefined,
    podName: record.pod_name ?? undefined,
    nodeName: record.node_name ?? undefined,
    containers: toContainers(record.containers),
    reason: toOptionalJson(record.reason),
    createdAt: toDate(record.created_at),
    startedAt: toOptionalDate(record.started_at),
    finishedAt: toOptionalDate(record.finished_at),
    deadlineAt: toDate(record.deadline_at),
    tries: record.tries,
    retryAt: toOptionalDate(record.retry_at),
    logsSettledAt: toOptionalDate(record.logs_settled_at),
    removedAt: toOptionalDate(record.removed_at),
  };
}

/** Writes an attempt. */
export function fromAttemptRow(attempt: AttemptRow) {
  return {
    id: attempt.id,
    build_id: attempt.buildId,
    task_id: attempt.taskId,
    number: attempt.number,
    phase: attempt.phase,
    cluster: attempt.cluster,
    name: attempt.name,
    log_transport: attempt.logTransport,
    uid: attempt.uid ?? null,
    pod_name: attempt.podName ?? null,
    node_name: attempt.nodeName ?? null,
    containers: JSON.stringify(attempt.containers),
    reason: fromOptionalJson(attempt.reason),
    created_at: attempt.createdAt,
    started_at: attempt.startedAt ?? null,
    finished_at: attempt.finishedAt ?? null,
    deadline_at: attempt.deadlineAt,
    tries: attempt.tries,
    retry_at: attempt.retryAt ?? null,
    logs_settled_at: attempt.logsSettledAt ?? null,
    removed_at: attempt.removedAt ?? null,
  };
}

function toContainers(json: string): AttemptContainer[] {
  type Stored = Omit<AttemptContainer, 'startedAt' | 'finishedAt'> & {
    startedAt?: string;
    finishedAt?: string;
  };
  return (JSON.parse(json) as Stored[]).map(container => ({
    ...container,
    startedAt: container.startedAt ? new Date(container.startedAt) : undefined,
    finishedAt: container.finishedAt
      ? new Date(container.finishedAt)
      : undefined,
  }));
}
