import { startTestBackend } from '@backstage/backend-test-utils';
import { buildogSchedulersExtensionPoint } from '@buildog/plugin-buildog-node';
import ossbModule, { ossbScheduler } from './index';

describe('ossbModule', () => {
  it('adds the scheduler', async () => {
    const addScheduler = jest.fn();
    await startTestBackend({
      extensionPoints: [[buildogSchedulersExtensionPoint, { addScheduler }]],
      features: [ossbModule],
    });
    expect(addScheduler.mock.calls).toEqual([[ossbScheduler]]);
  });
});
