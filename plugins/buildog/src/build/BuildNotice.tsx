import { makeStyles, Theme } from '@material-ui/core/styles';
import type { Build } from '@buildog/plugin-buildog-common';
import { cx } from '../parts/cx';
import { reasonSentence } from '../tab/reasonSentence';
import { tokens } from '../theme/tokens';

const useStyles = makeStyles((theme: Theme) => {
  const { tones } = tokens(theme);
  return {
    root: {
      padding: '12px 16px',
      borderRadius: 4,
      fontSize: 14,
      lineHeight: '20px',
    },
    waiting: { color: tones.waiting.text, backgroundColor: tones.waiting.tint },
    neutral: { color: tones.neutral.text, backgroundColor: tones.neutral.tint },
  };
});

/** Why a build waits, or why it ended without a failure. */
export const BuildNotice = ({ build }: { build: Build }) => {
  const classes = useStyles();
  const { phase, queue } = build;
  const waiting = phase === 'Pending' || phase === 'Queued';
  const ended = phase === 'Superseded' || phase === 'Canceled';
  const text = waiting
    ? queue && `Place ${queue.position} in the queue. ${queue.why}`
    : ended && reasonSentence(build);
  return text ? (
    <div
      className={cx(classes.root, waiting ? classes.waiting : classes.neutral)}
    >
      {text}
    </div>
  ) : null;
};
