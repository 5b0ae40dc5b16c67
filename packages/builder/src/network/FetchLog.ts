import type { FetchedAddress } from '../execute/Executor';

/** How many requests are remembered: a step can make millions. */
const maximumEntries = 1000;

/** Longest address that is remembered. */
const maximumLength = 500;

/** One request in a {@link FetchLog}. */
export interface FetchEntry {
  allowed: boolean;
  bytes: number;
}

/**
 * What a step asked for, for the build page and the provenance. Requests for the
 * same address are one entry; above the limit nothing is added.
 */
export class FetchLog {
  private readonly entries = new Map<string, FetchedAddress & FetchEntry>();

  /** Notes a request; what came back is to be added to the entry. */
  add(method: string, address: string, allowed: boolean): FetchEntry {
    const shown = clean(address);
    const key = `${method} ${allowed} ${shown}`;
    const known = this.entries.get(key);
    if (known) return known;
    const entry = { address: shown, method, allowed, bytes: 0 };
    if (this.entries.size < maximumEntries) this.entries.set(key, entry);
    return entry;
  }

  /** In the order of the first request. */
  list(): readonly FetchedAddress[] {
    return [...this.entries.values()].map(entry => ({ ...entry }));
  }
}

/** Without what may be a secret or would harm a log. */
function clean(address: string): string {
  const [plain] = address.split(/[?#]/);
  return plain
    .replace(/\/\/[^/@]*@/, '//')
    .replace(/[^\x21-\x7e]/g, '?')
    .slice(0, maximumLength);
}
