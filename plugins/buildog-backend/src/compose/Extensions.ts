import type {
  BuildogLogsExtensionPoint,
  BuildogRunnersExtensionPoint,
  BuildogSchedulersExtensionPoint,
  BuildogSourcesExtensionPoint,
  BuildScheduler,
  LogStore,
  LogTransport,
  Runner,
  SourceResolver,
} from '@buildog/plugin-buildog-node';

/**
 * What modules added while the backend started, one holder for all extension
 * points. A second one of the same name is an error at once.
 */
export class Extensions {
  readonly schedulers = new Map<string, BuildScheduler>();
  readonly runners = new Map<string, Runner>();
  readonly transports = new Map<string, LogTransport>();
  readonly sources: SourceResolver[] = [];
  logStore?: LogStore;

  readonly schedulersPoint: BuildogSchedulersExtensionPoint = {
    addScheduler: scheduler =>
      addOnce(this.schedulers, 'scheduler of type', scheduler.type, scheduler),
  };

  readonly runnersPoint: BuildogRunnersExtensionPoint = {
    addRunner: runner =>
      addOnce(this.runners, 'runner called', runner.name, runner),
  };

  readonly logsPoint: BuildogLogsExtensionPoint = {
    setLogStore: store => {
      if (this.logStore) throw new Error('A log store was added already.');
      this.logStore = store;
    },
    addLogTransport: transport =>
      addOnce(
        this.transports,
        'log transport of type',
        transport.type,
        transport,
      ),
  };

  readonly sourcesPoint: BuildogSourcesExtensionPoint = {
    addSourceResolver: resolver => {
      this.sources.push(resolver);
    },
  };
}

function addOnce<T>(
  map: Map<string, T>,
  what: string,
  name: string,
  value: T,
): void {
  if (map.has(name)) throw new Error(`A ${what} ${name} was added already.`);
  map.set(name, value);
}
