import { makeStyles, Theme } from '@material-ui/core/styles';
import { useElapsed } from '../live/useElapsed';
import { tokens } from '../theme/tokens';

const useStyles = makeStyles((theme: Theme) => ({
  root: { display: 'grid', gap: 16 },
  block: {
    borderRadius: 4,
    backgroundColor: tokens(theme).track,
    animation: '$appear 150ms',
    '@media (prefers-reduced-motion: reduce)': { animation: 'none' },
  },
  '@keyframes appear': { from: { opacity: 0 } },
}));

/**
 * Grey blocks of the given heights in the place of what is loading. For the
 * first 300 ms there is nothing, because most answers are quicker.
 */
export const Blocks = ({ heights }: { heights: number[] }) => {
  const classes = useStyles();
  const late = useElapsed(300);
  return (
    <div className={classes.root} aria-busy="true">
      {heights.map((height, index) => (
        <div
          key={index}
          className={late ? classes.block : undefined}
          style={{ height }}
        />
      ))}
      {late && (
        <span
          role="status"
          style={{ position: 'absolute', clip: 'rect(0 0 0 0)' }}
        >
          Loading
        </span>
      )}
    </div>
  );
};
