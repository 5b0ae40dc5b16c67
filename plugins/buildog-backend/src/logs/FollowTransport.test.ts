import { mockServices } from '@backstage/backend-test-utils';
import {
  describeLogTransportContract,
  type FakeKubelet,
} from '@buildog/plugin-buildog-node/testing';
import { FollowTransport } from './FollowTransport';
import { kubeletRunner } from './testing/kubeletRunner';

const open = (kubelet: FakeKubelet) =>
  new Map([['test', kubeletRunner(kubelet)]]);

describeLogTransportContract('FollowTransport', {
  open: ({ store, kubelet }) => ({
    transport: new FollowTransport({
      store,
      runners: open(kubelet),
      logger: mockServices.logger.mock(),
      standbyMs: 5,
    }),
    close: () => {},
  }),
});
