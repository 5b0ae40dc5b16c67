import { describeRunnerContract } from '@buildog/plugin-buildog-node/testing';
import { LocalBench, localJob } from './__testUtils__/localBench';

let bench: LocalBench | undefined;

describeRunnerContract('LocalRunner', async () => {
  bench = await LocalBench.open();
  const runner = await bench.runner();
  return { runner, installationId: 'inst-1', job: localJob };
});

// After the suite's own, which removes what it started.
afterAll(() => bench?.close());
