import type { LoggerService } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import type { EventsService } from '@backstage/plugin-events-node';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { SignalsService } from '@backstage/plugin-signals-node';
import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import type { BuildChange, BuildNotifier } from '../controller/BuildNotifier';
import type { OutboxMessage } from '../domain/OutboxMessage';

/** Topic of the events, one per entered phase. */
export const BUILD_EVENTS_TOPIC = 'buildog.build';

/** Channel of the signals that open pages listen to. */
const CHANNEL = 'buildog:builds';

/** What a {@link BackstageNotifier} needs. */
export interface BackstageNotifierOptions {
  events: EventsService;
  signals: SignalsService;
  notifications: NotificationService;
  logger: LoggerService;
}

/**
 * Tells Backstage about builds: a signal for open pages, an event for other
 * plugins, a notification for the person who asked for the build.
 */
export class BackstageNotifier implements BuildNotifier {
  constructor(private readonly options: BackstageNotifierOptions) {}

  changed({ entityRef, buildId }: BuildChange): void {
    const { signals, logger } = this.options;
    // Only which page to load again: what happened is behind the permissions.
    signals
      .publish({
        channel: CHANNEL,
        recipients: { type: 'broadcast' },
        message: { entityRef, buildId },
      })
      .catch(error => logger.debug('A signal was not published', error));
  }

  async deliver(message: OutboxMessage): Promise<void> {
    await this.options.events.publish({
      topic: BUILD_EVENTS_TOPIC,
      eventPayload: {
        buildId: message.buildId,
        number: message.number,
        entityRef: message.entityRef,
        ownerRef: message.ownerRef,
        phase: message.phase,
        triggeredBy: message.triggeredBy,
        at: message.at.toISOString(),
      },
    });
    await this.#notify(message);
  }

  /** Best effort: a portal without the notifications plugin still builds. */
  async #notify(message: OutboxMessage): Promise<void> {
    const { notifications, logger } = this.options;
    const { phase, triggeredBy } = message;
    if (
      !isTerminalBuildPhase(phase) ||
      phase === 'Canceled' ||
      !triggeredBy.startsWith('user:')
    ) {
      return;
    }
    const { kind, namespace, name } = parseEntityRef(message.entityRef);
    try {
      await notifications.send({
        recipients: { type: 'entity', entityRef: triggeredBy },
        payload: {
          title: `Build #${
            message.number
          } of ${name}: ${phase.toLocaleLowerCase('en-US')}`,
          description: message.message,
          link: `/catalog/${namespace}/${kind}/${name}/build/${message.number}`,
          severity: phase === 'Succeeded' ? 'low' : 'normal',
          topic: 'buildog',
          // Delivered again, it replaces itself.
          scope: `buildog:${message.buildId}`,
        },
      });
    } catch (error) {
      logger.debug(`No notification of build ${message.buildId}`, {
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}
