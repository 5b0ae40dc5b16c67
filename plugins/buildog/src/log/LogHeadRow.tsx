import { makeStyles, Theme } from '@material-ui/core/styles';
import ChevronRight from '@material-ui/icons/ChevronRight';
import ExpandMore from '@material-ui/icons/ExpandMore';
import { memo } from 'react';
import { useNow } from '../live/useNow';
import { cx } from '../parts/cx';
import { StatusIcon } from '../status/StatusIcon';
import { formatSeconds, secondsBetween } from '../text/duration';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import type { LogSection } from './logSections';

/** Height of a heading, in pixels. */
export const HEAD_HEIGHT = 34;
/** Height of a heading that a finger must hit, in pixels. */
export const HEAD_HEIGHT_NARROW = 44;

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      position: 'sticky',
      left: 0,
      boxSizing: 'border-box',
      display: 'flex',
      alignItems: 'center',
      padding: '0 16px',
      border: 0,
      borderBottom: `1px solid ${t.hairline}`,
      backgroundColor: t.inset,
      color: theme.palette.text.primary,
      font: 'inherit',
      textAlign: 'left',
      cursor: 'pointer',
      ...focusRing(theme, -2),
    },
    Running: { backgroundColor: t.tones.running.tint },
    Failed: { backgroundColor: t.tones.failed.tint },
    chevron: { flex: 'none', fontSize: 18, marginRight: 12 },
    step: {
      flex: 'none',
      minWidth: 20,
      marginRight: 8,
      textAlign: 'right',
      color: t.secondary,
    },
    title: {
      flex: 1,
      minWidth: 0,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    },
    state: {
      flex: 'none',
      display: 'flex',
      alignItems: 'center',
      gap: 6,
      marginLeft: 12,
      fontFamily: theme.typography.fontFamily,
      fontSize: 12,
      fontVariantNumeric: 'tabular-nums',
      color: t.secondary,
    },
    running: { fontWeight: 500, color: t.tones.running.text },
    failed: { fontWeight: 500, color: t.tones.failed.text },
    cached: {
      padding: '0 6px',
      borderRadius: 4,
      lineHeight: '18px',
      fontWeight: 500,
      color: t.tones.ok.text,
      backgroundColor: t.tones.ok.tint,
    },
  };
});

const State = ({ section }: { section: LogSection }) => {
  const classes = useStyles();
  const { state, startedAt, finishedAt } = section;
  const now = useNow(state === 'Running');
  const time = startedAt
    ? formatSeconds(secondsBetween(startedAt, finishedAt, now), {
        tenths: state !== 'Running',
      })
    : undefined;
  switch (state) {
    case 'Cached':
      return <span className={classes.cached}>cached</span>;
    case 'Skipped':
      return <>Skipped</>;
    case 'Running':
      return (
        <span className={cx(classes.state, classes.running)}>
          <StatusIcon shape="ring" tone="running" size={14} />
          {time ?? 'Running'}
        </span>
      );
    case 'Failed':
      return (
        <span className={cx(classes.state, classes.failed)}>
          <StatusIcon shape="alertDisc" tone="failed" size={14} />
          {time ? `Failed after ${time}` : 'Failed'}
        </span>
      );
    default:
      return <>{finishedAt && time}</>;
  }
};

/** The heading of a section: opens and closes it. */
export const LogHeadRow = memo(
  (props: {
    section: LogSection;
    open: boolean;
    width: number;
    height: number;
    onToggle: (id: string, open: boolean) => void;
  }) => {
    const { section, open, width, height, onToggle } = props;
    const classes = useStyles();
    const Chevron = open ? ExpandMore : ChevronRight;
    const emphasis =
      section.state === 'Running' || section.state === 'Failed'
        ? classes[section.state]
        : undefined;
    return (
      <button
        type="button"
        className={cx(classes.root, emphasis)}
        style={{ width: width || '100%', height }}
        aria-expanded={open}
        data-section={section.id}
        onClick={() => onToggle(section.id, !open)}
      >
        <Chevron className={classes.chevron} aria-hidden />
        {section.step !== undefined && (
          <span className={classes.step}>{section.step}</span>
        )}
        <span className={classes.title} title={section.title}>
          {section.title}
        </span>
        <span className={classes.state}>
          <State section={section} />
        </span>
      </button>
    );
  },
);
