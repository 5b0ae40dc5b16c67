import type { Theme } from '@material-ui/core/styles';

/** What a colour says. Each is always shown beside an icon and a word. */
export type Tone = 'ok' | 'failed' | 'running' | 'waiting' | 'neutral';

/** A text colour and the tint it also reads on. */
export interface ToneColours {
  text: string;
  tint: string;
}

/** The colours of one theme. */
export interface Tokens {
  tones: Record<Tone, ToneColours>;
  secondary: string;
  fieldBorder: string;
  hairline: string;
  /** Behind code and collapsed steps. */
  inset: string;
  /** Behind the lines of a log. */
  log: string;
  /** Behind the row under the pointer. */
  hover: string;
  /** A bar that is not filled yet, and the blocks shown while loading. */
  track: string;
  /** Keywords of code. */
  code: string;
  mono: string;
}

const MONO =
  '"Roboto Mono", "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace';

// Backstage's own status colours miss AA as text (1.20 to 2.95), so these are
// ours. Each pair reads with at least 4.5 on paper, on the page and on its
// own tint; `tokens.test.ts` measures it.
const LIGHT: Tokens = {
  tones: {
    ok: { text: '#19703A', tint: '#E6F4EA' },
    failed: { text: '#B3172B', tint: '#FDECEE' },
    running: { text: '#1F5493', tint: '#E8F0FA' },
    waiting: { text: '#7A4F00', tint: '#FFF3D6' },
    neutral: { text: '#5A5A5A', tint: '#EDEDED' },
  },
  secondary: '#616161',
  fieldBorder: '#8C8C8C',
  hairline: '#E3E5E8',
  inset: '#F4F5F7',
  log: '#FFFFFF',
  hover: '#F3F6FB',
  track: '#E8E8E8',
  code: '#6B3A75',
  mono: MONO,
};

const DARK: Tokens = {
  tones: {
    ok: { text: '#86DDA0', tint: '#2F4A38' },
    failed: { text: '#FFA9AE', tint: '#573336' },
    running: { text: '#9CC9FF', tint: '#2F4560' },
    waiting: { text: '#FFCF7D', tint: '#544526' },
    neutral: { text: '#CCCCCC', tint: '#545454' },
  },
  secondary: '#C4C4C4',
  fieldBorder: '#9A9A9A',
  hairline: '#5A5A5A',
  inset: '#383838',
  log: '#2E2E2E',
  hover: '#4A4D52',
  track: '#5A5A5A',
  code: '#E0B8EA',
  mono: MONO,
};

/** The colours for a theme: its palette type decides. */
export function tokens(theme: Theme): Tokens {
  return theme.palette.type === 'dark' ? DARK : LIGHT;
}

/** Both palettes, for tests. */
export const PALETTES = { light: LIGHT, dark: DARK } as const;
