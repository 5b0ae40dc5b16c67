import type { BundlePushEvent } from '../output/pushBundle';
import type { Transfer } from '../solve/SolveEvent';

const outcomes = {
  existed: 'existed',
  mounted: 'mounted',
  uploaded: 'transferred',
} as const;

/** What happens during a push, as all transfers are told. */
export function toTransfer(event: BundlePushEvent): Transfer {
  const { repository, digest, size: total } = event;
  const common = {
    type: 'transfer',
    direction: 'push',
    repository,
    digest,
    total,
  } as const;
  return event.type === 'sending'
    ? { ...common, done: event.sentBytes }
    : { ...common, done: total, outcome: outcomes[event.outcome] };
}
