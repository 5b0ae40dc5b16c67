import { contrast, parseHex, readableOn, Rgb } from './contrast';
import { PALETTES, Tone } from './tokens';

const BACKGROUNDS = {
  light: { paper: '#FFFFFF', page: '#F8F8F8' },
  dark: { paper: '#424242', page: '#333333' },
} as const;

const ratio = (a: string, b: string) => contrast(parseHex(a), parseHex(b));

describe.each(['light', 'dark'] as const)('the %s palette', type => {
  const palette = PALETTES[type];
  const { paper, page } = BACKGROUNDS[type];

  it.each(Object.keys(palette.tones) as Tone[])('reads as %s', tone => {
    const { text, tint } = palette.tones[tone];
    for (const background of [paper, page, tint, palette.log]) {
      expect(ratio(text, background)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('reads as secondary text and as code', () => {
    for (const background of [
      paper,
      page,
      palette.inset,
      palette.hover,
      palette.log,
    ]) {
      expect(ratio(palette.secondary, background)).toBeGreaterThanOrEqual(4.5);
    }
    expect(ratio(palette.code, palette.inset)).toBeGreaterThanOrEqual(4.5);
  });

  it('shows the borders of fields', () => {
    expect(ratio(palette.fieldBorder, paper)).toBeGreaterThanOrEqual(3);
  });

  it.each([
    [[0, 0, 0]],
    [[255, 255, 255]],
    [[255, 255, 0]],
    [[0, 0, 187]],
    [[128, 128, 128]],
  ] as [Rgb][])('makes %p of a log readable', colour => {
    const background = parseHex(palette.log);
    expect(
      contrast(readableOn(colour, background), background),
    ).toBeGreaterThanOrEqual(4.5);
  });
});
