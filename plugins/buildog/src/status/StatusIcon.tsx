import { makeStyles, Theme } from '@material-ui/core/styles';
import { cx } from '../parts/cx';
import { tokens, Tone } from '../theme/tokens';
import type { Shape } from './status';

const useStyles = makeStyles((theme: Theme) => {
  const { tones } = tokens(theme);
  return {
    root: {
      display: 'block',
      flex: 'none',
      '--buildog-paper': theme.palette.background.paper,
    },
    ok: { color: tones.ok.text },
    failed: { color: tones.failed.text },
    running: { color: tones.running.text },
    waiting: { color: tones.waiting.text },
    neutral: { color: tones.neutral.text },
    turning: {
      animation: '$turn 1.2s linear infinite',
      '@media (prefers-reduced-motion: reduce)': { animation: 'none' },
    },
    '@keyframes turn': { to: { transform: 'rotate(360deg)' } },
  };
});

const line = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 2,
  strokeLinecap: 'round',
} as const;
const disc = <circle cx="10" cy="10" r="8.5" fill="currentColor" />;
const onDisc = { ...line, stroke: 'var(--buildog-paper)', strokeWidth: 2.2 };
const outline = <circle cx="10" cy="10" r="7.2" {...line} />;

const SHAPES: Record<Shape, JSX.Element> = {
  ring: <path d="M10 2.8A7.2 7.2 0 1 1 2.8 10" {...line} strokeWidth={2.4} />,
  checkDisc: (
    <>
      {disc}
      <path d="M6 10.4l2.8 2.8L14 7.6" {...onDisc} />
    </>
  ),
  alertDisc: (
    <>
      {disc}
      <path d="M10 5.2v5.6M10 14.2v.2" {...onDisc} strokeWidth={2.4} />
    </>
  ),
  crossDisc: (
    <>
      {disc}
      <path d="M7 7l6 6M13 7l-6 6" {...onDisc} />
    </>
  ),
  infoDisc: (
    <>
      {disc}
      <path d="M10 9.4v5M10 5.7v.2" {...onDisc} strokeWidth={2.4} />
    </>
  ),
  block: (
    <>
      {outline}
      <path d="M5 5l10 10" {...line} />
    </>
  ),
  skip: (
    <path d="M4.5 4.5l8 5.5-8 5.5zM15.5 4.5v11" {...line} fill="currentColor" />
  ),
  clock: (
    <>
      {outline}
      <path d="M10 6v4.3l2.8 1.7" {...line} strokeWidth={1.8} />
    </>
  ),
  circle: <circle cx="10" cy="10" r="5.5" {...line} />,
  check: <path d="M4 10.6l4 4L16 6" {...line} />,
  cross: <path d="M5 5l10 10M15 5L5 15" {...line} />,
  dash: <path d="M4 10h12" {...line} />,
};

/**
 * The icon of a status. Decorative: the word beside it says the same, so it
 * is hidden from assistive technology.
 */
export const StatusIcon = (props: {
  shape: Shape;
  tone: Tone;
  size?: number;
}) => {
  const { shape, tone, size = 20 } = props;
  const classes = useStyles();
  return (
    <svg
      className={cx(
        classes.root,
        classes[tone],
        shape === 'ring' && classes.turning,
      )}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      aria-hidden
    >
      {SHAPES[shape]}
    </svg>
  );
};
