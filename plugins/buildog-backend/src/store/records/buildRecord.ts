import type { BuildPhase } from '@buildog/plugin-buildog-common';
import { PLAN_VERSION } from '../../domain/BuildPlan';
import type { BuildPlan } from '../../domain/BuildPlan';
import type { BuildLink, BuildRow, SignedState } from '../../domain/BuildRow';
import { StoreError } from '../StoreError';
import {
  fromOptionalJson,
  toDate,
  toOptionalDate,
  toOptionalJson,
  toOptionalNumber,
} from './values';
import type { StoredDate } from './values';

/** A row of `builds`, as both drivers hand it out. */
export interface BuildRecord {
  id: string;
  config_id: string;
  number: number;
  kind: string;
  entity_ref: string;
  owner_ref: string | null;
  phase: string;
  reason: string | null;
  trigger_kind: string;
  trigger: string;
  inputs: string;
  branch: string | null;
  revision: string | null;
  ref: string | null;
  subject: string | null;
  author: string | null;
  plan: string | null;
  policy_revision: string | null;
  images: string;
  signed: string;
  moved_tags: string;
  sequence: string | number | null;
  priority: number;
  created_at: StoredDate;
  queued_at: StoredDate | null;
  admitted_at: StoredDate | null;
  started_at: StoredDate | null;
  finished_at: StoredDate | null;
  phase_times: string;
  cancel_requested_at: StoredDate | null;
  cancel_requested_by: string | null;
  superseded_by_id: string | null;
  superseded_by_number: number | null;
  retry_of_id: string | null;
  retry_of_number: number | null;
  tries: number;
  retry_at: StoredDate | null;
  version: number;
}

/** @throws StoreError `UnknownVersion` when a newer Buildog planned it. */
export function toBuildRow(record: BuildRecord): BuildRow {
  return {
    id: record.id,
    configId: record.config_id,
    number: record.number,
    kind: record.kind as BuildRow['kind'],
    entityRef: record.entity_ref,
    ownerRef: record.owner_ref ?? undefined,
    phase: record.phase as BuildPhase,
    reason: toOptionalJson(record.reason),
    trigger: JSON.parse(record.trigger),
    inputs: JSON.parse(record.inputs),
    branch: record.branch ?? undefined,
    revision: record.revision ?? undefined,
    ref: record.ref ?? undefined,
    subject: record.subject ?? undefined,
    author: record.author ?? undefined,
    plan: toPlan(record),
    policyRevision: record.policy_revision ?? undefined,
    images: JSON.parse(record.images),
    signed: record.signed as SignedState,
    movedTags: JSON.parse(record.moved_tags),
    sequence: toOptionalNumber(record.sequence),
    priority: record.priority,
    createdAt: toDate(record.created_at),
    queuedAt: toOptionalDate(record.queued_at),
    admittedAt: toOptionalDate(record.admitted_at),
    startedAt: toOptionalDate(record.started_at),
    finishedAt: toOptionalDate(record.finished_at),
    phaseTimes: toPhaseTimes(record.phase_times),
    cancelRequestedAt: toOptionalDate(record.cancel_requested_at),
    cancelRequestedBy: record.cancel_requested_by ?? undefined,
    supersededBy: toLink(record.superseded_by_id, record.superseded_by_number),
    retryOf: toLink(record.retry_of_id, record.retry_of_number),
    tries: record.tries,
    retryAt: toOptionalDate(record.retry_at),
    version: record.version,
  };
}

/** The whole row, for an insert. */
export function fromBuildRow(build: BuildRow) {
  return {
    id: build.id,
    config_id: build.configId,
    number: build.number,
    kind: build.kind,
    entity_ref: build.entityRef,
    owner_ref: build.ownerRef ?? null,
    trigger_kind: build.trigger.kind,
    trigger: JSON.stringify(build.trigger),
    inputs: JSON.stringify(build.inputs),
    priority: build.priority,
    created_at: build.createdAt,
    sequence: build.sequence ?? null,
    retry_of_id: build.retryOf?.id ?? null,
    retry_of_number: build.retryOf?.number ?? null,
    version: build.version,
    ...fromDecidedBuild(build),
  };
}

/**
 * The columns that decisions change. What request handlers and the admission
 * write (cancel, supersede, admission) is not among them.
 */
export function fromDecidedBuild(build: BuildRow) {
  return {
    phase: build.phase,
    reason: fromOptionalJson(build.reason),
    branch: build.branch ?? null,
    revision: build.revision ?? null,
    ref: build.ref ?? null,
    subject: build.subject ?? null,
    author: build.author ?? null,
    plan: fromOptionalJson(build.plan),
    policy_revision: build.policyRevision ?? null,
    images: JSON.stringify(build.images),
    signed: build.signed,
    moved_tags: JSON.stringify(build.movedTags),
    queued_at: build.queuedAt ?? null,
    started_at: build.startedAt ?? null,
    finished_at: build.finishedAt ?? null,
    phase_times: JSON.stringify(build.phaseTimes),
    tries: build.tries,
    retry_at: build.retryAt ?? null,
  };
}

function toPlan(record: BuildRecord): BuildPlan | undefined {
  const plan = toOptionalJson<BuildPlan>(record.plan);
  if (plan && plan.planVersion > PLAN_VERSION) {
    throw new StoreError(
      'UnknownVersion',
      `build ${record.id} was planned by a newer Buildog (plan version ${plan.planVersion}, this one reads up to ${PLAN_VERSION}); upgrade this replica again`,
    );
  }
  return plan;
}

function toPhaseTimes(json: string): BuildRow['phaseTimes'] {
  const times = JSON.parse(json) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(times).map(([phase, at]) => [phase, new Date(at)]),
  );
}

function toLink(
  id: string | null,
  number: number | null,
): BuildLink | undefined {
  return id === null || number === null ? undefined : { id, number };
}
