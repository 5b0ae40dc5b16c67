import { makeStyles, Theme } from '@material-ui/core/styles';
import ArrowDownward from '@material-ui/icons/ArrowDownward';
import { ActionButton } from '../parts/ActionButton';
import { formatMinute } from '../text/instant';
import { tokens } from '../theme/tokens';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'space-between',
      gap: 16,
      minHeight: 46,
      padding: '6px 12px 6px 16px',
      boxSizing: 'border-box',
      borderTop: `1px solid ${t.hairline}`,
      fontSize: 13,
      color: t.secondary,
      fontVariantNumeric: 'tabular-nums',
    },
    notice: { color: t.tones.waiting.text },
  };
});

/** Below the log, never over it: where the reader is, and what is wrong. */
export const LogFooter = (props: {
  line: number;
  lineCount: number;
  running: boolean;
  truncated: boolean;
  lostAt?: Date;
  error?: Error;
  onJump?: () => void;
}) => {
  const { line, lineCount, running, truncated, lostAt, error, onJump } = props;
  const classes = useStyles();
  const format = (n: number) => n.toLocaleString('en');
  return (
    <div className={classes.root}>
      <div>
        <div>
          {lineCount > 0
            ? `Line ${format(Math.min(line || 1, lineCount))} of ${format(
                lineCount,
              )}.`
            : 'No lines yet.'}
          {running && ' The log is still being written.'}
        </div>
        {truncated && (
          <div className={classes.notice}>
            The log reached its limit; what came later was not kept.
          </div>
        )}
        {lostAt && running && !error && (
          <div className={classes.notice} role="status">
            Connection lost at {formatMinute(lostAt)}. The log goes on where it
            stopped.
          </div>
        )}
        {error && (
          <div className={classes.notice} role="alert">
            The log could not be read to its end. {error.message}
          </div>
        )}
      </div>
      {onJump && (
        <ActionButton
          look="filled"
          size="small"
          icon={<ArrowDownward fontSize="small" />}
          onClick={onJump}
        >
          Jump to latest
        </ActionButton>
      )}
    </div>
  );
};
