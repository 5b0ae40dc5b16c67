import { REASON_CODES } from '@buildog/plugin-buildog-common';
import type {
  Reason,
  ReasonCategory,
  ReasonLocation,
} from '@buildog/plugin-buildog-common';

/**
 * Makes a reason. The category is that of the catalogue; other codes name
 * their own. Pure.
 */
export function reason(
  code: string,
  message: string,
  category?: ReasonCategory,
  more: { exitCode?: number; location?: ReasonLocation } = {},
): Reason {
  return {
    code,
    category: categoryOf(code) ?? category ?? 'Infrastructure',
    message: message.slice(0, 2000),
    ...(more.exitCode !== undefined && { exitCode: more.exitCode }),
    ...(more.location && { location: more.location }),
  };
}

/** The catalogue's category of a code. */
export function categoryOf(code: string): ReasonCategory | undefined {
  return Object.hasOwn(REASON_CODES, code)
    ? REASON_CODES[code as keyof typeof REASON_CODES]
    : undefined;
}
