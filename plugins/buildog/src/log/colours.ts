import { parseHex, readableOn, Rgb } from '../theme/contrast';
import type { Tokens } from '../theme/tokens';

/**
 * The page's colour for a colour a program chose (`r, g, b`): the eight basic
 * ones become ours, others are darkened or lightened until they read.
 */
export function logColour(colour: string, palette: Tokens): string | undefined {
  const { tones } = palette;
  switch (colour.replace(/\s/g, '')) {
    case '0,0,0':
    case '255,255,255':
      return undefined;
    case '187,0,0':
    case '255,85,85':
      return tones.failed.text;
    case '0,187,0':
    case '0,255,0':
      return tones.ok.text;
    case '187,187,0':
    case '255,255,85':
      return tones.waiting.text;
    case '0,0,187':
    case '85,85,255':
    case '0,187,187':
    case '85,255,255':
      return tones.running.text;
    case '187,0,187':
    case '255,85,255':
      return palette.code;
    case '85,85,85':
      return palette.secondary;
    default: {
      const channels = colour.split(',').map(Number);
      const valid = channels.length === 3 && channels.every(Number.isFinite);
      return valid
        ? `rgb(${readableOn(
            channels as unknown as Rgb,
            parseHex(palette.log),
          ).join(', ')})`
        : undefined;
    }
  }
}
