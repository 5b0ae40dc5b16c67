import { makeStyles, Theme } from '@material-ui/core/styles';
import type { ReactNode } from 'react';
import type { Status } from '../status/status';
import { StatusLabel } from '../parts/StatusLabel';
import { tokens } from '../theme/tokens';
import { STACKED } from '../theme/widths';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 1.45fr) minmax(0, 1fr)',
      borderRadius: 4,
      boxShadow: theme.shadows[1],
      backgroundColor: theme.palette.background.paper,
      [`@media ${STACKED}`]: { gridTemplateColumns: 'minmax(0, 1fr)' },
    },
    left: { padding: '28px 32px', minWidth: 0 },
    right: {
      padding: '28px 32px',
      borderLeft: `1px solid ${t.hairline}`,
      [`@media ${STACKED}`]: {
        borderLeft: 0,
        borderTop: `1px solid ${t.hairline}`,
      },
    },
    title: { margin: 0, fontSize: 22, fontWeight: 500, lineHeight: '30px' },
    lead: {
      margin: '4px 0 20px',
      fontSize: 14,
      lineHeight: '22px',
      color: t.secondary,
    },
    sideTitle: { margin: '0 0 8px', fontSize: 14, fontWeight: 500 },
    facts: { margin: 0 },
    fact: {
      display: 'grid',
      gridTemplateColumns: '112px minmax(0, 1fr)',
      alignItems: 'start',
      padding: '10px 0',
      fontSize: 13,
      lineHeight: '20px',
      '& + &': { borderTop: `1px solid ${t.hairline}` },
    },
    name: { fontWeight: 500 },
    value: { margin: 0, color: t.secondary, overflowWrap: 'anywhere' },
  };
});

/** One thing that was looked at, and what was found. */
export interface SetupFact {
  name: string;
  value: ReactNode;
  status: Status;
}

/** What is missing before one can build: what to add, and what would happen. */
export const SetupCard = (props: {
  title: string;
  lead: ReactNode;
  children: ReactNode;
  sideTitle: string;
  facts: SetupFact[];
  side?: ReactNode;
}) => {
  const classes = useStyles();
  return (
    <div className={classes.root}>
      <section className={classes.left} aria-label={props.title}>
        <h2 className={classes.title}>{props.title}</h2>
        <p className={classes.lead}>{props.lead}</p>
        {props.children}
      </section>
      <section className={classes.right} aria-label={props.sideTitle}>
        <h3 className={classes.sideTitle}>{props.sideTitle}</h3>
        <div className={classes.facts}>
          {props.facts.map(({ name, value, status }) => (
            <div key={name} className={classes.fact}>
              <StatusLabel status={status} size={16} />
              <div>
                <div className={classes.name}>{name}</div>
                <div className={classes.value}>{value}</div>
              </div>
            </div>
          ))}
        </div>
        {props.side}
      </section>
    </div>
  );
};
