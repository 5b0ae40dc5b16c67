import type { KnownDifference } from './KnownDifference.ts';

/** What kaniko makes otherwise than BuildKit. */
export const kanikoDifferences: readonly KnownDifference[] = [];
