import { makeStyles, Theme } from '@material-ui/core/styles';
import { shortDigest } from '../text/names';
import { tokens } from '../theme/tokens';
import { CopyButton } from './CopyButton';

const useStyles = makeStyles((theme: Theme) => ({
  root: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: 6,
    fontFamily: tokens(theme).mono,
    fontSize: 13,
    lineHeight: '22px',
    whiteSpace: 'nowrap',
  },
}));

/** A digest, shortened to be seen and whole to be copied. */
export const Digest = ({ digest }: { digest: string }) => {
  const classes = useStyles();
  return (
    <span className={classes.root}>
      <span title={digest}>{shortDigest(digest)}</span>
      <CopyButton text={digest} what="the digest" />
    </span>
  );
};
