/** Whole numbers from 0 to below `limit`, the same for the same seed. @public */
export function seededRandom(seed: number): (limit: number) => number {
  // mulberry32, public domain
  let state = (seed + 1) * 0x9e3779b9;
  return limit => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
