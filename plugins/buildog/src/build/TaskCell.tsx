import { makeStyles, Theme } from '@material-ui/core/styles';
import type { BuildPhase, BuildTask } from '@buildog/plugin-buildog-common';
import { cx } from '../parts/cx';
import { Duration } from '../parts/Duration';
import { StatusLabel } from '../parts/StatusLabel';
import { taskStatus } from '../status/status';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import { taskProgress } from './progress';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      display: 'block',
      width: '100%',
      minHeight: 66,
      padding: '7px 8px',
      boxSizing: 'border-box',
      border: `1px solid ${t.hairline}`,
      borderRadius: 4,
      background: 'none',
      color: 'inherit',
      font: 'inherit',
      textAlign: 'left',
      cursor: 'pointer',
      transition: 'background-color 150ms',
      '&:hover': { backgroundColor: t.hover },
      ...focusRing(theme),
    },
    selected: {
      borderColor: theme.palette.primary.main,
      boxShadow: `inset 0 0 0 1px ${theme.palette.primary.main}`,
      backgroundColor: t.hover,
    },
    word: { fontSize: 13 },
    note: {
      margin: '4px 0 6px',
      fontSize: 12,
      lineHeight: '18px',
      color: t.secondary,
      fontVariantNumeric: 'tabular-nums',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    },
    bar: {
      height: 3,
      borderRadius: 2,
      overflow: 'hidden',
      backgroundColor: t.track,
    },
    fill: { height: '100%' },
    ok: { backgroundColor: t.tones.ok.text },
    failed: { backgroundColor: t.tones.failed.text },
    running: { backgroundColor: t.tones.running.text },
    waiting: { backgroundColor: t.tones.waiting.text },
    neutral: { backgroundColor: t.tones.neutral.text },
  };
});

function stepWords({ phase, reason, cachedSteps, totalSteps }: BuildTask) {
  const step = reason?.location?.step;
  if (phase === 'Failed' && step) {
    return `, step ${step}${totalSteps ? ` of ${totalSteps}` : ''}`;
  }
  return totalSteps ? `, ${cachedSteps ?? 0} of ${totalSteps} cached` : '';
}

const Note = ({ task }: { task: BuildTask }) => {
  const { phase, reason } = task;
  const attempt = task.attempts[task.attempts.length - 1];
  const from = attempt?.startedAt ?? attempt?.createdAt;
  if (phase === 'Waiting' || !from) {
    return <>{reason?.message ?? ' '}</>;
  }
  const words = stepWords(task);
  return (
    <>
      <Duration from={from} to={attempt.finishedAt} clock />
      {words}
    </>
  );
};

/** One task of the matrix: how it stands; choosing it shows its log. */
export const TaskCell = (props: {
  task: BuildTask;
  buildPhase: BuildPhase;
  /** `row,column`, for the arrow keys. */
  place: string;
  label: string;
  selected: boolean;
  onSelect: (taskId: string) => void;
}) => {
  const { task, buildPhase, place, label, selected, onSelect } = props;
  const classes = useStyles();
  const status = taskStatus(task.phase, buildPhase);
  return (
    <button
      type="button"
      className={cx(classes.root, selected && classes.selected)}
      data-cell={place}
      tabIndex={selected ? 0 : -1}
      aria-label={`${label}: ${status.word}`}
      onClick={() => onSelect(task.id)}
    >
      <StatusLabel status={status} size={16} className={classes.word} />
      <div className={classes.note}>
        <Note task={task} />
      </div>
      <div className={classes.bar}>
        <div
          className={cx(classes.fill, classes[status.tone])}
          style={{ width: `${taskProgress(task) * 100}%` }}
        />
      </div>
    </button>
  );
};
