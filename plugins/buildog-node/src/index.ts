/**
 * What a third party implements to extend Buildog, and the contract suites
 * (`@buildog/plugin-buildog-node/testing`) that every implementation passes.
 *
 * @packageDocumentation
 */
export * from './extensions/extensionPoints';
export * from './logs/LogStore';
export * from './logs/LogStoreError';
export * from './logs/LogTransport';
export * from './runner/AttemptObservation';
export * from './runner/PreparedJob';
export * from './runner/Runner';
export * from './runner/RunnerError';
export * from './scheduler/BuildLogParser';
export * from './scheduler/BuildScheduler';
export * from './scheduler/PreparedBuild';
export * from './scheduler/SchedulerError';
export * from './scheduler/builderSettings';
export * from './scheduler/checkSchedulerTask';
export * from './source/SourceError';
export * from './source/SourceResolver';
