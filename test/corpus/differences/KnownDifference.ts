/** Differences of one kind between BuildKit's images and another builder's, which are accepted. */
export interface KnownDifference {
  /** Why they differ, and why that is right or accepted. */
  reason: string;
  /**
   * The name of a case to what differs in it, as `judge` names it. A `*` stands
   * for any text, and then the number of such differences is said behind it:
   * `/etc/* mode × 3`. The case `*` is every case: what stands there may be in
   * any of them, and must be in one.
   */
  cases: Readonly<Record<string, readonly string[]>>;
}

/** What does not fit: differences that nothing lists, and listed ones that are not there. */
export interface Unexplained {
  unlisted: string[];
  gone: string[];
}

/** Holds what was found in one case against the list. */
export function unexplained(
  found: readonly string[],
  name: string,
  known: readonly KnownDifference[],
): Unexplained {
  const everywhere = known.flatMap(({ cases }) => cases['*'] ?? []).map(rule);
  const here = known.flatMap(({ cases }) => cases[name] ?? []).map(rule);
  const rules = [...here, ...everywhere];
  return {
    unlisted: found.filter(
      what => !rules.some(({ pattern }) => pattern.test(what)),
    ),
    gone: here
      .map(({ text, pattern, count }) => {
        const there = found.filter(what => pattern.test(what)).length;
        return there === count ? '' : `${text}: there are ${there}`;
      })
      .filter(text => text !== ''),
  };
}

/** What is listed for every case and was found in none. */
export function neverFound(
  found: readonly string[],
  known: readonly KnownDifference[],
): string[] {
  return known
    .flatMap(({ cases }) => cases['*'] ?? [])
    .filter(text => !found.some(what => rule(text).pattern.test(what)));
}

/** The cases that something is listed for, each once. */
export function listedCases(known: readonly KnownDifference[]): string[] {
  const names = known.flatMap(({ cases }) => Object.keys(cases));
  return [...new Set(names)].filter(name => name !== '*');
}

function rule(text: string): { text: string; pattern: RegExp; count: number } {
  const [, what, count] = /^(.*?)(?: × (\d+))?$/su.exec(text) ?? [];
  const parts = what
    .split('*')
    .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return {
    text,
    pattern: new RegExp(`^${parts.join('.*')}$`, 's'),
    count: Number(count ?? 1),
  };
}
