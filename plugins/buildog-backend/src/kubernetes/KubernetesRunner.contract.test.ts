import { mockServices } from '@backstage/backend-test-utils';
import { describeRunnerContract } from '@buildog/plugin-buildog-node/testing';
import { describeWithCluster } from '../testing/describeWithCluster';
import { KubernetesRunner } from './KubernetesRunner';
import {
  createBuildNamespace,
  type BuildNamespace,
} from './testing/buildNamespace';
import { shellJob } from './testing/shellJob';
import { pushTestAgent } from './testing/testAgent';

describeWithCluster('on a cluster', cluster => {
  let namespace: BuildNamespace;
  afterAll(() => namespace?.remove());

  describeRunnerContract('KubernetesRunner', async () => {
    namespace = await createBuildNamespace(cluster);
    const installationId = namespace.name;
    const runner = await KubernetesRunner.create({
      cluster: {
        name: 'test',
        access: namespace.controller,
        namespace: namespace.name,
        agentImage: await pushTestAgent(cluster),
        hostUsers: 'off',
      },
      installationId,
      logger: mockServices.logger.mock(),
    });
    return {
      runner,
      installationId,
      job: (attempt, script) =>
        shellJob(attempt, script, cluster.images.busybox),
    };
  });
});
