import { makeStyles, Theme } from '@material-ui/core/styles';
import type { ReactNode } from 'react';
import { cx } from './cx';

const useStyles = makeStyles((theme: Theme) => ({
  root: {
    fontFamily: theme.typography.fontFamily,
    fontSize: 14,
    color: theme.palette.text.primary,
  },
}));

/** The portal's own font and colour for all that is inside, whatever is around. */
export const Surface = (props: { className?: string; children: ReactNode }) => {
  const classes = useStyles();
  return (
    <div className={cx(classes.root, props.className)}>{props.children}</div>
  );
};
