/** Red, green, blue from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Reads `#rrggbb`. */
export function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [
    Math.floor(value / 65536),
    Math.floor(value / 256) % 256,
    value % 256,
  ];
}

function luminance([r, g, b]: Rgb): number {
  const linear = (channel: number) => {
    const c = channel / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Contrast of two colours after WCAG 2.1, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

/**
 * The colour, moved towards black or white until it reads on `background`
 * with at least 4.5 (AA): a program that writes a log knows nothing of the
 * page it ends up on.
 */
export function readableOn(colour: Rgb, background: Rgb): Rgb {
  const target: number = luminance(background) > 0.18 ? 0 : 255;
  let result = colour;
  for (let step = 0; step < 20 && contrast(result, background) < 4.5; step++) {
    result = result.map(c =>
      Math.round(c + (target - c) * 0.15),
    ) as unknown as Rgb;
  }
  return contrast(result, background) < 4.5 ? [target, target, target] : result;
}
