const SLASH = 0x2f;

/**
 * Orders paths as a layer has them: a directory before what is in it, names of
 * one directory by their bytes (UTF-8), and all below `a` before `a-b`.
 */
export function comparePaths(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return weight(x) - weight(y);
  }
  return a.length - b.length;
}

/** Orders UTF-16 code units as the UTF-8 bytes of their characters are; the slash comes first. */
function weight(unit: number): number {
  if (unit === SLASH) return -1;
  if (unit < 0xd800) return unit;
  // Surrogates stand for characters above U+FFFF, whose bytes are the highest.
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
