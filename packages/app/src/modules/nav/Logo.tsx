import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    alignItems: 'center',
    gap: 12,
    color: '#FFFFFF',
    fontFamily: 'Roboto, "Helvetica Neue", Helvetica, Arial, sans-serif',
    fontSize: 17,
    fontWeight: 700,
    whiteSpace: 'nowrap',
  },
});

/** A layer in a layer, and the portal's name while there is room for it. */
export const Logo = ({ withName }: { withName: boolean }) => {
  const classes = useStyles();
  return (
    <span className={classes.root}>
      <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden>
        <rect width="24" height="24" rx="6" fill="#9CC9FF" />
        <rect x="7" y="7" width="10" height="10" rx="2" fill="#171717" />
      </svg>
      {withName && 'Buildog demo'}
    </span>
  );
};
