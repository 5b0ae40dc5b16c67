import { startTestBackend } from '@backstage/backend-test-utils';
import { buildogSchedulersExtensionPoint } from '@buildog/plugin-buildog-node';
import kanikoModule, { kanikoScheduler } from './index';

describe('kanikoModule', () => {
  it('adds the scheduler', async () => {
    const addScheduler = jest.fn();
    await startTestBackend({
      extensionPoints: [[buildogSchedulersExtensionPoint, { addScheduler }]],
      features: [kanikoModule],
    });
    expect(addScheduler.mock.calls).toEqual([[kanikoScheduler]]);
  });
});
