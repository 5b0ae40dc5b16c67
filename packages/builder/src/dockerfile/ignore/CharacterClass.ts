/** `[a-z]` or `[^a-z]`. Matches `/` as well when it is in the set. */
export interface CharacterClass {
  has(character: string): boolean;
}

/**
 * Reads a bracket expression as Go's `filepath.Match` defines it. Undefined
 * when it is not closed or has an incomplete range.
 *
 * @param start - index of the `[`
 */
export function readClass(
  characters: readonly string[],
  start: number,
): { class: CharacterClass; end: number } | undefined {
  const negated = characters[start + 1] === '^';
  const ranges: [number, number][] = [];
  let index = start + (negated ? 2 : 1);
  const bound = (): number | undefined => {
    let character = characters[index];
    if (character === '-' || character === ']') return undefined;
    if (character === '\\') {
      index += 1;
      character = characters[index];
    }
    index += 1;
    return character?.codePointAt(0);
  };
  while (characters[index] !== ']' || ranges.length === 0) {
    const low = bound();
    if (low === undefined || index >= characters.length) return undefined;
    let high: number | undefined = low;
    if (characters[index] === '-') {
      index += 1;
      high = bound();
      if (high === undefined || index >= characters.length) return undefined;
    }
    ranges.push([low, high]);
  }
  return {
    end: index + 1,
    class: {
      has(character) {
        const code = character.codePointAt(0) ?? -1;
        const inside = ranges.some(
          ([low, high]) => low <= code && code <= high,
        );
        return inside !== negated;
      },
    },
  };
}
