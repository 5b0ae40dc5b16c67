/**
 * Contract suites: what every implementation of an extension point passes,
 * ours and third parties'. They use jest's globals.
 *
 * @packageDocumentation
 */
export * from './describeBuildSchedulerContract';
export * from './describeLogStoreContract';
export * from './describeRunnerContract';
export * from './runner/observeUntil';
export * from './runner/readLog';
export * from './describeLogTransportContract';
export * from './logs/FakeKubelet';
export * from './logs/MemoryLogStore';
export * from './logs/seededRandom';
export * from './schedulerTask';
export * from './cluster/clusterUnderTest';
export * from './cluster/describeBuildSchedulerOnCluster';
