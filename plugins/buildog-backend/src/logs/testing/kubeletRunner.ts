import type { Runner } from '@buildog/plugin-buildog-node';
import type { FakeKubelet } from '@buildog/plugin-buildog-node/testing';

/** A runner that can do nothing but read the logs of a fake kubelet. */
export function kubeletRunner(kubelet: FakeKubelet): Runner {
  const refuse = async () => {
    throw new Error('this runner reads logs only');
  };
  return {
    name: 'test',
    contractVersion: 1,
    start: refuse,
    observe: refuse,
    remove: refuse,
    watch: refuse,
    check: refuse,
    list: refuse,
    followLog: (_attempt, container, options) =>
      kubelet.follow(container, options),
  };
}
