import type {
  BuildPhase,
  MovedTag,
  Platform,
  Reason,
  Trigger,
} from '@buildog/plugin-buildog-common';
import type { BuildInputs } from './BuildInputs';
import type { BuildPlan } from './BuildPlan';

/** Another Build, as people know it. */
export interface BuildLink {
  id: string;
  number: number;
}

/** An image that the registry confirmed in one destination. */
export interface ConfirmedImage {
  platform: Platform;
  /** `host/path` */
  repository: string;
  /** `sha256:…` */
  digest: string;
  mediaType: string;
  /** Compressed bytes of manifest, configuration and layers. */
  size: number;
}

/** Whether the images carry our signature. `NotChecked`: nobody asked yet. */
export type SignedState = 'Signed' | 'Unsigned' | 'NotChecked';

/**
 * A Build as the store keeps it. Only the controller changes `phase`, by
 * `commitDecision`; request handlers write the inputs of decisions:
 * `cancelRequestedAt`, `supersededBy`.
 */
export interface BuildRow {
  id: string;
  configId: string;
  number: number;
  kind: 'build' | 'resign' | 'rebase' | 'scan';
  entityRef: string;
  /** Owner of the entity when the build was asked for. */
  ownerRef?: string;
  phase: BuildPhase;
  reason?: Reason;
  trigger: Trigger;
  inputs: BuildInputs;
  /** Branch it builds, once known. */
  branch?: string;
  /** Full commit SHA, once known. */
  revision?: string;
  /** Full ref the revision was seen at. */
  ref?: string;
  /** Subject and author of the commit, a claim of `init`. */
  subject?: string;
  author?: string;
  plan?: BuildPlan;
  policyRevision?: string;
  images: ConfirmedImage[];
  signed: SignedState;
  movedTags: MovedTag[];
  /** Place in the order of admissions; decides which build owns a tag. */
  sequence?: number;
  /** Higher is admitted earlier. */
  priority: number;
  createdAt: Date;
  queuedAt?: Date;
  /** When the serialised admission let it in. */
  admittedAt?: Date;
  startedAt?: Date;
  finishedAt?: Date;
  /** When each phase was entered first. */
  phaseTimes: Partial<Record<BuildPhase, Date>>;
  cancelRequestedAt?: Date;
  cancelRequestedBy?: string;
  supersededBy?: BuildLink;
  retryOf?: BuildLink;
  /** Failed tries of the present phase's work, and when the next is due. */
  tries: number;
  retryAt?: Date;
  /** Grows by one with every change; the condition of every write. */
  version: number;
}
