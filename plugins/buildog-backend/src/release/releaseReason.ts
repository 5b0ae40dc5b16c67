import { REASON_CODES } from '@buildog/plugin-buildog-common';
import type { Reason, ReasonCode } from '@buildog/plugin-buildog-common';

/** A reason of the closed list, with its category. */
export function releaseReason(code: ReasonCode, message: string): Reason {
  return { code, category: REASON_CODES[code], message };
}
