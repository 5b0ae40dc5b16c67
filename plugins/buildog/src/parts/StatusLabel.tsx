import { makeStyles, Theme } from '@material-ui/core/styles';
import type { Status } from '../status/status';
import { StatusIcon } from '../status/StatusIcon';
import { tokens } from '../theme/tokens';
import { cx } from './cx';

const useStyles = makeStyles((theme: Theme) => {
  const { tones } = tokens(theme);
  return {
    root: {
      display: 'inline-flex',
      alignItems: 'center',
      gap: 7,
      fontWeight: 500,
      whiteSpace: 'nowrap',
    },
    ok: { color: tones.ok.text },
    failed: { color: tones.failed.text },
    running: { color: tones.running.text },
    waiting: { color: tones.waiting.text },
    neutral: { color: tones.neutral.text },
  };
});

/** Icon, word and colour: a status is never one of them alone. */
export const StatusLabel = (props: {
  status: Status;
  size?: number;
  className?: string;
}) => {
  const { status, size = 18, className } = props;
  const classes = useStyles();
  return (
    <span className={cx(classes.root, classes[status.tone], className)}>
      <StatusIcon shape={status.shape} tone={status.tone} size={size} />
      <span>{status.word}</span>
    </span>
  );
};
