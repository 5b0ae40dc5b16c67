import type { BuilderErrorKind } from '../errors/BuilderError';

/** Exit codes of the command line, by kind of error: the table of `BuilderErrorKind`. */
export const exitCodes: Readonly<Record<BuilderErrorKind, number>> = {
  validation: 2,
  execution: 3,
  registry: 4,
  authentication: 5,
  network: 6,
  manifest: 7,
  filesystem: 8,
  resource: 9,
  unsupported: 10,
  cancelled: 130,
};
