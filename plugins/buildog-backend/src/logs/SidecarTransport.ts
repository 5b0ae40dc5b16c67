import type { LoggerService } from '@backstage/backend-plugin-api';
import type { LogTransport } from '@buildog/plugin-buildog-node';
import type { LogIngest } from './LogIngest';
import type { LogHub } from './LogHub';

/** What a {@link SidecarTransport} needs. */
export interface SidecarTransportOptions {
  hub: LogHub;
  ingest: LogIngest;
  /** Reads what a sidecar that died has left behind. */
  fallback?: LogTransport;
  logger: LoggerService;
}

/** Log transport `sidecar`: the pod pushes its output to {@link LogIngest}. */
export class SidecarTransport {
  readonly type = 'sidecar';
  readonly contractVersion = 1;

  constructor(readonly options: SidecarTransportOptions) {}
}
