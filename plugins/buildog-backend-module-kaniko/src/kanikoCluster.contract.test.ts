import {
  clusterUnderTest,
  describeBuildSchedulerOnCluster,
} from '@buildog/plugin-buildog-node/testing';
import { kanikoScheduler } from './kanikoScheduler';

const found = clusterUnderTest();
const absent = 'absent' in found ? found.absent : found.cluster.kanikoAbsent;

if ('absent' in found || !found.cluster.images.kaniko) {
  // kaniko is in no package registry: a cluster may be without it, and says why.
  it('is not held against a real executor', () => {
    process.stdout.write(`kaniko: nothing was built; ${absent}\n`);
    expect(absent).toMatch(/\S/);
    expect(process.env.BUILDOG_REQUIRE_KANIKO).not.toBe('1');
  });
} else {
  const { images, kaniko } = found.cluster;
  process.stdout.write(
    `kaniko: ${kaniko?.version} ${kaniko?.digest} (${kaniko?.source})\n`,
  );
  describeBuildSchedulerOnCluster({
    cluster: found.cluster,
    scheduler: kanikoScheduler,
    settings: { image: images.kaniko },
  });
}
