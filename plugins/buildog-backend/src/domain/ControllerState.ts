/**
 * `Open`: builds are admitted. `Paused`: nothing is admitted, running builds
 * go on, requests queue up. `Draining`: as paused, and new requests are
 * refused.
 */
export type AdmissionMode = 'Open' | 'Paused' | 'Draining';

/** What all replicas share. */
export interface ControllerState {
  /** Made once per database; part of every name and label on a cluster. */
  installationId: string;
  mode: AdmissionMode;
  changedBy?: string;
  changedAt?: Date;
}
