import { contrast, parseHex, Rgb } from '../theme/contrast';
import { PALETTES } from '../theme/tokens';
import { logColour } from './colours';

describe.each(['light', 'dark'] as const)('on the %s page', type => {
  const palette = PALETTES[type];

  it('uses our tones for the basic colours', () => {
    expect(logColour('187, 0, 0', palette)).toBe(palette.tones.failed.text);
    expect(logColour('0, 187, 0', palette)).toBe(palette.tones.ok.text);
    expect(logColour('187, 187, 0', palette)).toBe(palette.tones.waiting.text);
    expect(logColour('0, 187, 187', palette)).toBe(palette.tones.running.text);
    expect(logColour('187, 0, 187', palette)).toBe(palette.code);
    expect(logColour('85, 85, 85', palette)).toBe(palette.secondary);
    expect(logColour('255,255,255', palette)).toBeUndefined();
  });

  it('makes every other colour readable', () => {
    for (const colour of ['255, 135, 0', '1, 2, 3', '254, 254, 254']) {
      const [, r, g, b] = /rgb\((\d+), (\d+), (\d+)\)/
        .exec(logColour(colour, palette)!)!
        .map(Number);
      const shown: Rgb = [r, g, b];
      expect(contrast(shown, parseHex(palette.log))).toBeGreaterThanOrEqual(
        4.5,
      );
    }
  });

  it('ignores what is no colour', () => {
    expect(logColour('x, y', palette)).toBeUndefined();
  });
});
