import type { KnownDifference } from './KnownDifference.ts';

/** What buildah makes otherwise than BuildKit. */
export const buildahDifferences: readonly KnownDifference[] = [];
