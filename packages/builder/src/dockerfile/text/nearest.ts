const furthest = 2;
/** Nobody mistypes a longer name by two characters only and wants to be told. */
const longest = 64;
/** Suggestions are a courtesy: they must not take long. */
const most = 200;

/** Characters to change, insert, remove or swap with their neighbour. */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1];
      const swapped =
        left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      next.push(
        Math.min(
          row[j] + 1,
          next[j - 1] + 1,
          row[j - 1] + (same ? 0 : 1),
          swapped ? before[j - 2] + 1 : Infinity,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[right.length];
}

/**
 * The name somebody probably meant: the first of those that differ least, by at
 * most two characters. Undefined when nothing is near, or when the word itself
 * is among the names (then the word is not what is wrong). Case is ignored when
 * `ignoreCase` is set; the name is given as it is listed.
 */
export function nearest(
  word: string,
  names: Iterable<string>,
  options: { ignoreCase?: boolean } = {},
): string | undefined {
  const fold = (text: string) =>
    options.ignoreCase ? text.toLowerCase() : text;
  if (word.length > longest) return undefined;
  const wanted = fold(word);
  let looked = 0;
  let best: string | undefined;
  let least = furthest + 1;
  for (const name of names) {
    const candidate = fold(name);
    if (candidate === wanted) return undefined;
    if (Math.abs(candidate.length - wanted.length) > furthest) continue;
    looked += 1;
    if (looked > most) break;
    const difference = distance(wanted, candidate);
    if (difference < least) {
      best = name;
      least = difference;
    }
  }
  return best;
}

/** `; did you mean NAME?`, or nothing. For the end of a message. */
export function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : `; did you mean ${name}?`;
}
