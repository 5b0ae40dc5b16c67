import { makeStyles, Theme } from '@material-ui/core/styles';
import { splitReference } from '../text/names';
import { tokens } from '../theme/tokens';
import { CopyButton } from './CopyButton';

const useStyles = makeStyles((theme: Theme) => ({
  root: {
    display: 'flex',
    alignItems: 'center',
    gap: 6,
    minWidth: 0,
    fontFamily: tokens(theme).mono,
    fontSize: 13,
    lineHeight: '22px',
    whiteSpace: 'nowrap',
  },
  text: { display: 'flex', minWidth: 0 },
  path: { overflow: 'hidden', textOverflow: 'ellipsis', minWidth: 20 },
  rest: { flex: 'none', maxWidth: '100%', overflow: 'hidden' },
}));

/** An image reference that loses its host first and never its tag. */
export const Reference = (props: {
  reference: string;
  what?: string;
  /** Leaves the host out. */
  short?: boolean;
}) => {
  const { reference, what = 'the reference', short } = props;
  const classes = useStyles();
  const { path, rest } = splitReference(reference);
  return (
    <span className={classes.root}>
      <span className={classes.text} title={reference}>
        {!short && <span className={classes.path}>{path}</span>}
        <span className={classes.rest}>{rest}</span>
      </span>
      <CopyButton text={reference} what={what} />
    </span>
  );
};
