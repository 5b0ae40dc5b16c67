import { durationToMilliseconds, type HumanDuration } from '@backstage/types';
import { z } from 'zod';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const TEXT = /^(\d{1,9})(ms|s|m|h|d)$/;

const humanDuration = z
  .strictObject({
    weeks: z.number().min(0).optional(),
    days: z.number().min(0).optional(),
    hours: z.number().min(0).optional(),
    minutes: z.number().min(0).optional(),
    seconds: z.number().min(0).optional(),
    milliseconds: z.number().min(0).optional(),
  })
  .transform(value => durationToMilliseconds(value as HumanDuration));

/**
 * A length of time in milliseconds, written `90s`, `30m`, `2h`, `7d`, or as
 * Backstage's `{ minutes: 30 }`. More than nothing, at most a year.
 */
export const durationMs = z
  .union([
    z
      .string()
      .regex(TEXT, 'write a duration as 90s, 30m, 2h or 7d')
      .transform(text => {
        const [, amount, unit] = TEXT.exec(text)!;
        return Number(amount) * UNITS[unit as keyof typeof UNITS];
      }),
    humanDuration,
  ])
  .refine(ms => ms > 0 && ms <= 366 * UNITS.d, {
    message: 'a duration is longer than nothing and at most a year',
  });

/** As {@link durationMs}, in whole seconds. */
export const durationSeconds = durationMs.transform(ms =>
  Math.max(1, Math.round(ms / 1_000)),
);
