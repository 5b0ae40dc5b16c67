/**
 * What the permissions let the caller do with builds of this entity. The
 * state of the build decides the rest.
 */
export interface Viewer {
  mayCreate: boolean;
  mayCancel: boolean;
  mayReadLog: boolean;
}
