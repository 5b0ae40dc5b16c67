import { DateTime } from 'luxon';

/** How long ago, coarsely: `just now`, `2 min ago`, `3 h ago`, `yesterday`. */
export function formatAgo(instant: string, now: number): string {
  const then = DateTime.fromISO(instant);
  const seconds = (now - then.toMillis()) / 1000;
  if (seconds < 60) {
    return 'just now';
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ago`;
  }
  const days = DateTime.fromMillis(now)
    .startOf('day')
    .diff(then.startOf('day'), 'days').days;
  if (days < 1 || seconds < 12 * 3600) {
    return `${Math.floor(seconds / 3600)} h ago`;
  }
  if (days < 2) {
    return 'yesterday';
  }
  return days < 31
    ? `${Math.floor(days)} days ago`
    : then.toFormat('d LLL yyyy');
}

/** `20 Nov 2026, 10:58` in the reader's time zone. */
export function formatInstant(instant: string): string {
  return DateTime.fromISO(instant).toFormat('d LLL yyyy, HH:mm');
}

/** `10:22:05` in the reader's time zone. */
export function formatTime(instant: string): string {
  return DateTime.fromISO(instant).toFormat('HH:mm:ss');
}

/** `11:02` in the reader's time zone. */
export function formatMinute(date: Date): string {
  return DateTime.fromJSDate(date).toFormat('HH:mm');
}
