import { makeStyles, Theme } from '@material-ui/core/styles';
import { ReactNode, useState } from 'react';
import { tokens } from '../theme/tokens';
import { cx } from './cx';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      minWidth: 0,
      borderRadius: 4,
      boxShadow: theme.shadows[1],
      backgroundColor: theme.palette.background.paper,
      fontSize: 14,
      lineHeight: '20px',
    },
    head: {
      display: 'flex',
      alignItems: 'center',
      flexWrap: 'wrap',
      gap: '4px 12px',
      minHeight: 52,
      padding: '6px 16px',
      boxSizing: 'border-box',
      borderBottom: `1px solid ${t.hairline}`,
    },
    title: { margin: 0, fontSize: 16, fontWeight: 500, lineHeight: '24px' },
    aside: { fontSize: 13, color: t.secondary },
    right: { marginLeft: 'auto', fontSize: 13, color: t.secondary },
  };
});

let ids = 0;

/** A card with a heading; the heading names it as a region. */
export const Card = (props: {
  title: string;
  /** Beside the heading. */
  aside?: ReactNode;
  /** At the right edge of the heading. */
  right?: ReactNode;
  className?: string;
  children?: ReactNode;
}) => {
  const classes = useStyles();
  const [id] = useState(() => `buildog-card-${++ids}`);
  return (
    <section className={cx(classes.root, props.className)} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id} className={classes.title}>
          {props.title}
        </h2>
        {props.aside && <span className={classes.aside}>{props.aside}</span>}
        {props.right && <span className={classes.right}>{props.right}</span>}
      </div>
      {props.children}
    </section>
  );
};
