import { mockServices } from '@backstage/backend-test-utils';
import type { OutboxMessage } from '../domain/OutboxMessage';
import { BackstageNotifier } from './BackstageNotifier';

const message: OutboxMessage = {
  id: 1,
  buildId: 'b1',
  type: 'PhaseChanged',
  phase: 'Failed',
  entityRef: 'component:default/app',
  ownerRef: 'group:default/owners',
  number: 7,
  triggeredBy: 'user:default/ann',
  message: 'Line 3 ended with exit code 1.',
  at: new Date('2026-11-21T10:00:00Z'),
};

function createNotifier() {
  const events = mockServices.events.mock();
  const signals = { publish: jest.fn(async () => {}) };
  const notifications = { send: jest.fn(async () => {}) };
  const logger = mockServices.logger.mock();
  const notifier = new BackstageNotifier({
    events,
    signals,
    notifications,
    logger,
  });
  return { notifier, events, signals, notifications };
}

describe('BackstageNotifier', () => {
  it('hints at open pages, and survives a failure of it', () => {
    const { notifier, signals } = createNotifier();
    const change = {
      buildId: 'b1',
      entityRef: 'component:default/app',
      number: 7,
      phase: 'Running' as const,
      version: 3,
    };
    signals.publish.mockRejectedValue(new Error('no bus'));
    notifier.changed(change);
    // Nothing of what happened: that is behind the permissions.
    expect(signals.publish).toHaveBeenCalledWith({
      channel: 'buildog:builds',
      recipients: { type: 'broadcast' },
      message: { entityRef: 'component:default/app', buildId: 'b1' },
    });
  });

  it('publishes each phase and notifies of the end', async () => {
    const { notifier, events, notifications } = createNotifier();
    await notifier.deliver(message);
    expect(events.publish).toHaveBeenCalledWith({
      topic: 'buildog.build',
      eventPayload: expect.objectContaining({ phase: 'Failed', number: 7 }),
    });
    expect(notifications.send).toHaveBeenCalledWith({
      recipients: { type: 'entity', entityRef: 'user:default/ann' },
      payload: expect.objectContaining({
        title: 'Build #7 of app: failed',
        link: '/catalog/default/component/app/build/7',
        scope: 'buildog:b1',
      }),
    });
  });

  it.each([
    { phase: 'Running' as const },
    { phase: 'Canceled' as const },
    { triggeredBy: 'plugin:scaffolder' },
  ])('notifies nobody of %j', async change => {
    const { notifier, notifications, events } = createNotifier();
    await notifier.deliver({ ...message, ...change });
    expect(events.publish).toHaveBeenCalledTimes(1);
    expect(notifications.send).not.toHaveBeenCalled();
  });

  it('has an event delivered again, but no notification', async () => {
    const { notifier, notifications, events } = createNotifier();
    notifications.send.mockRejectedValue(new Error('not installed'));
    await notifier.deliver(message);
    events.publish.mockRejectedValue(new Error('no bus'));
    await expect(notifier.deliver(message)).rejects.toThrow('no bus');
  });
});
