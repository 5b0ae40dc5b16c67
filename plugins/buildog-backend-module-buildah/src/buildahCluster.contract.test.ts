import {
  clusterUnderTest,
  describeBuildSchedulerOnCluster,
} from '@buildog/plugin-buildog-node/testing';
import { buildahScheduler } from './buildahScheduler';

const found = clusterUnderTest();

if ('absent' in found) {
  it('is not held against a real cluster', () => {
    process.stdout.write(`buildah: nothing was built; ${found.absent}\n`);
    expect(process.env.BUILDOG_REQUIRE_CLUSTER).not.toBe('1');
  });
} else {
  describeBuildSchedulerOnCluster({
    cluster: found.cluster,
    scheduler: buildahScheduler,
    settings: { image: found.cluster.images.buildah },
  });
}
