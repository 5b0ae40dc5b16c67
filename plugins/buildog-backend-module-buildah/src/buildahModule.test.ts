import { startTestBackend } from '@backstage/backend-test-utils';
import { buildogSchedulersExtensionPoint } from '@buildog/plugin-buildog-node';
import buildahModule, { buildahScheduler } from './index';

describe('buildahModule', () => {
  it('adds the scheduler', async () => {
    const addScheduler = jest.fn();
    await startTestBackend({
      extensionPoints: [[buildogSchedulersExtensionPoint, { addScheduler }]],
      features: [buildahModule],
    });
    expect(addScheduler.mock.calls).toEqual([[buildahScheduler]]);
  });
});
