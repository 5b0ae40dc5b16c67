import type { KnownDifference } from './KnownDifference.ts';

/** What buildog makes otherwise than BuildKit. */
export const buildogDifferences: readonly KnownDifference[] = [];
