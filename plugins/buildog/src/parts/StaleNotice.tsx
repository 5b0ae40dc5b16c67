import { makeStyles, Theme } from '@material-ui/core/styles';
import { formatMinute } from '../text/instant';
import { tokens } from '../theme/tokens';
import { ActionButton } from './ActionButton';

const useStyles = makeStyles((theme: Theme) => {
  const { tones } = tokens(theme);
  return {
    root: {
      display: 'flex',
      alignItems: 'center',
      flexWrap: 'wrap',
      gap: '0 12px',
      padding: '4px 16px',
      borderRadius: 4,
      fontSize: 13,
      color: tones.waiting.text,
      backgroundColor: tones.waiting.tint,
    },
    button: { color: tones.waiting.text, fontSize: 13 },
  };
});

/** The last load failed: what is shown is older, or there is nothing to show. */
export const StaleNotice = (props: {
  error: Error;
  loadedAt?: Date;
  onRetry: () => void;
}) => {
  const { error, loadedAt, onRetry } = props;
  const classes = useStyles();
  return (
    <div className={classes.root} role="status">
      <span>
        {loadedAt ? `As of ${formatMinute(loadedAt)}. ` : 'Not loaded. '}
        {error.message}
      </span>
      <ActionButton look="text" className={classes.button} onClick={onRetry}>
        Try again
      </ActionButton>
    </div>
  );
};
