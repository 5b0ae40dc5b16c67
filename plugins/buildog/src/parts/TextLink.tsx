import { Link } from '@backstage/core-components';
import { makeStyles, Theme } from '@material-ui/core/styles';
import type { ReactNode } from 'react';
import { focusRing } from '../theme/focusRing';

const useStyles = makeStyles((theme: Theme) => ({
  root: {
    color: theme.palette.primary.main,
    textDecoration: 'underline',
    borderRadius: 2,
    ...focusRing(theme),
  },
}));

/** A link inside a sentence: underlined, so that it is not told by colour alone. */
export const TextLink = (props: { to: string; children: ReactNode }) => {
  const classes = useStyles();
  return (
    <Link className={classes.root} to={props.to} underline="always">
      {props.children}
    </Link>
  );
};
