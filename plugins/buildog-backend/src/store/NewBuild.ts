import type { Trigger } from '@buildog/plugin-buildog-common';
import type { BuildInputs } from '../domain/BuildInputs';
import type { BuildLink } from '../domain/BuildRow';

/** A request for a Build, authenticated, authorised and validated. */
export interface NewBuild {
  /** Canonical entity ref (lower case). */
  entityRef: string;
  ownerRef?: string;
  trigger: Trigger;
  inputs: BuildInputs;
  priority?: number;
  /** With a retry: the original. */
  retryOf?: BuildLink;
  /** With a retry: the original's place among the admissions, which it keeps. */
  sequence?: number;
}

/** How to recognise a repeated request. */
export interface Idempotency {
  /** The client's `Idempotency-Key`, at most 255 characters. */
  key: string;
  /** Who sent it: keys of different callers never meet. */
  scope: string;
  /** Hash of the request's body and route. */
  requestHash: string;
}
