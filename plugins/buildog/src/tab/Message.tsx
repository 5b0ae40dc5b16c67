import { makeStyles, Theme } from '@material-ui/core/styles';
import type { ReactNode } from 'react';
import { tokens } from '../theme/tokens';

const useStyles = makeStyles((theme: Theme) => ({
  root: {
    padding: '32px 24px',
    borderRadius: 4,
    boxShadow: theme.shadows[1],
    backgroundColor: theme.palette.background.paper,
    fontSize: 14,
    lineHeight: '22px',
  },
  title: { margin: '0 0 4px', fontSize: 16, fontWeight: 500 },
  text: { margin: 0, color: tokens(theme).secondary },
  action: { marginTop: 16 },
}));

/** A card that only says something. */
export const Message = (props: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) => {
  const classes = useStyles();
  return (
    <section className={classes.root} aria-label={props.title}>
      <h2 className={classes.title}>{props.title}</h2>
      {props.children && <p className={classes.text}>{props.children}</p>}
      {props.action && <div className={classes.action}>{props.action}</div>}
    </section>
  );
};
