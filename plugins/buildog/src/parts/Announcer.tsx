import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles({
  root: {
    position: 'absolute',
    width: 1,
    height: 1,
    overflow: 'hidden',
    clip: 'rect(0 0 0 0)',
    whiteSpace: 'nowrap',
  },
});

/** Says `text` politely to screen readers whenever it changes. */
export const Announcer = ({ text }: { text: string }) => {
  const classes = useStyles();
  return (
    <div className={classes.root} aria-live="polite" data-testid="announcer">
      {text}
    </div>
  );
};
