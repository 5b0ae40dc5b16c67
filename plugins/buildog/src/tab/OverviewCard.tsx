import { makeStyles, Theme } from '@material-ui/core/styles';
import type {
  BuildSummary,
  EntityStatus,
} from '@buildog/plugin-buildog-common';
import type { ReactNode } from 'react';
import { Digest } from '../parts/Digest';
import { Reference } from '../parts/Reference';
import { SignedBadge } from '../parts/SignedBadge';
import { StatusLabel } from '../parts/StatusLabel';
import { TextLink } from '../parts/TextLink';
import { buildStatus } from '../status/status';
import { formatSeconds } from '../text/duration';
import { tokens } from '../theme/tokens';
import { NARROW, STACKED } from '../theme/widths';
import { BuildDuration } from './BuildDuration';
import { usePaths } from './paths';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 1fr) 195px 195px 195px',
      margin: 0,
      borderRadius: 4,
      boxShadow: theme.shadows[1],
      backgroundColor: theme.palette.background.paper,
      fontVariantNumeric: 'tabular-nums',
      [`@media ${STACKED}`]: { gridTemplateColumns: 'repeat(3, 1fr)' },
      [`@media ${NARROW}`]: { gridTemplateColumns: '1fr 1fr' },
    },
    cell: {
      minWidth: 0,
      padding: '14px 20px 16px',
      borderLeft: `1px solid ${t.hairline}`,
      '&:first-child': { borderLeft: 0 },
      [`@media ${STACKED}`]: {
        '&:first-child': {
          gridColumn: '1 / -1',
          borderBottom: `1px solid ${t.hairline}`,
        },
        '&:nth-child(2)': { borderLeft: 0 },
      },
      [`@media ${NARROW}`]: {
        padding: '12px 16px',
        '&:nth-child(2)': {
          gridColumn: '1 / -1',
          borderBottom: `1px solid ${t.hairline}`,
        },
        '&:nth-child(3)': { borderLeft: 0 },
      },
    },
    label: { margin: 0, fontSize: 12, lineHeight: '18px', color: t.secondary },
    value: {
      margin: '4px 0 0',
      fontSize: 18,
      fontWeight: 500,
      lineHeight: '26px',
    },
    note: { margin: 0, fontSize: 13, lineHeight: '20px', color: t.secondary },
    image: { margin: '4px 0 0' },
    line: {
      display: 'flex',
      alignItems: 'center',
      flexWrap: 'wrap',
      gap: '2px 8px',
      color: t.secondary,
      fontSize: 13,
    },
  };
});

const Cell = (props: {
  label: string;
  value?: ReactNode;
  note?: ReactNode;
}) => {
  const classes = useStyles();
  return (
    <div className={classes.cell}>
      <dt className={classes.label}>{props.label}</dt>
      <dd className={classes.value}>{props.value}</dd>
      {props.note && <dd className={classes.note}>{props.note}</dd>}
    </div>
  );
};

function comparison({
  medianSeconds,
  medianSecondsBefore,
}: EntityStatus['statistics']): string | undefined {
  if (medianSeconds === undefined || medianSecondsBefore === undefined) {
    return undefined;
  }
  const change = Math.round(medianSeconds - medianSecondsBefore);
  return change === 0
    ? 'As before'
    : `${formatSeconds(Math.abs(change))} ${
        change < 0 ? 'faster' : 'slower'
      } than before`;
}

const LatestImage = ({ image }: { image: EntityStatus['latestImage'] }) => {
  const classes = useStyles();
  const paths = usePaths();
  return (
    <div className={classes.cell}>
      <dt className={classes.label}>Latest image</dt>
      {image ? (
        <>
          <dd className={classes.image}>
            <Reference reference={image.reference} />
          </dd>
          <dd className={`${classes.image} ${classes.line}`}>
            <Digest digest={image.digest} />
            <SignedBadge signed={image.signed} />
            <span>
              from{' '}
              <TextLink to={paths.build(image.build.number)}>
                #{image.build.number}
              </TextLink>
            </span>
          </dd>
        </>
      ) : (
        <dd className={`${classes.image} ${classes.note}`}>
          No build has succeeded yet.
        </dd>
      )}
    </div>
  );
};

/** What is live, may one trust it, and how builds have gone. */
export const OverviewCard = (props: {
  status: EntityStatus;
  last?: BuildSummary;
}) => {
  const { status, last } = props;
  const { finished, succeeded, medianSeconds } = status.statistics;
  const classes = useStyles();
  const paths = usePaths();
  return (
    <dl className={classes.root} aria-label="Overview">
      <LatestImage image={status.latestImage} />
      <Cell
        label="Last build"
        value={last ? <StatusLabel status={buildStatus(last)} /> : 'None'}
        note={
          last && (
            <>
              <TextLink to={paths.build(last.number)}>#{last.number}</TextLink>{' '}
              {last.branch && `${last.branch}, `}
              <BuildDuration build={last} />
            </>
          )
        }
      />
      <Cell
        label="Success rate, 30 days"
        value={
          finished > 0
            ? `${Math.round((succeeded / finished) * 100)} %`
            : 'None'
        }
        note={
          finished > 0
            ? `${succeeded} of ${finished} ${
                finished === 1 ? 'build' : 'builds'
              }`
            : 'No build has ended.'
        }
      />
      <Cell
        label="Median duration"
        value={
          medianSeconds === undefined ? 'None' : formatSeconds(medianSeconds)
        }
        note={comparison(status.statistics)}
      />
    </dl>
  );
};
