import type { LoggerService } from '@backstage/backend-plugin-api';
import type { LogStore, Runner } from '@buildog/plugin-buildog-node';

/** What a {@link FollowTransport} needs. */
export interface FollowTransportOptions {
  /** The hub's, so that live readers hear of appends. */
  store: LogStore;
  /** Runners by name; looked up at each attach. */
  runners: ReadonlyMap<string, Runner>;
  logger: LoggerService;
}

/** Log transport `follow`: the controller reads a job's output. */
export class FollowTransport {
  readonly type = 'follow';
  readonly contractVersion = 1;

  constructor(readonly options: FollowTransportOptions) {}
}
