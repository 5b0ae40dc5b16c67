import { makeStyles, Theme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import type { Build } from '@buildog/plugin-buildog-common';
import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import { memo } from 'react';
import { cx } from '../parts/cx';
import { Duration } from '../parts/Duration';
import { phaseStatus } from '../status/status';
import { StatusIcon } from '../status/StatusIcon';
import { tokens } from '../theme/tokens';
import { NARROW } from '../theme/widths';
import { buildProgress, currentPhase } from './progress';

type Phase = Build['phases'][number];

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      padding: '14px 16px',
      borderRadius: 4,
      boxShadow: theme.shadows[1],
      backgroundColor: theme.palette.background.paper,
    },
    list: {
      display: 'grid',
      gridAutoFlow: 'column',
      gridAutoColumns: 'minmax(0, 1fr)',
      gap: 8,
      margin: 0,
      padding: 0,
      listStyle: 'none',
    },
    bar: {
      height: 4,
      borderRadius: 2,
      overflow: 'hidden',
      backgroundColor: t.track,
    },
    fill: { height: '100%', transition: 'opacity 150ms' },
    Done: { backgroundColor: t.tones.ok.text },
    Running: { backgroundColor: t.tones.running.text },
    Failed: { backgroundColor: t.tones.failed.text },
    Canceled: { backgroundColor: t.tones.neutral.text },
    label: { display: 'flex', gap: 6, marginTop: 8, minWidth: 0 },
    text: { minWidth: 0, fontSize: 12, lineHeight: '18px', color: t.secondary },
    name: { fontSize: 13, lineHeight: '18px', color: t.secondary },
    reached: { fontWeight: 500, color: theme.palette.text.primary },
    note: { fontVariantNumeric: 'tabular-nums' },
  };
});

const PhaseNote = ({ build, phase }: { build: Build; phase: Phase }) => {
  const { state, startedAt, finishedAt, name } = phase;
  const built = build.tasks.filter(task => task.phase === 'Built').length;
  const images =
    name === 'Publish' && build.tasks.length > 1
      ? `${built} of ${build.tasks.length} images`
      : undefined;
  if (state === 'Skipped') {
    return <>Skipped</>;
  }
  if (state === 'NotStarted') {
    const idle = isTerminalBuildPhase(build.phase)
      ? 'Not reached'
      : 'Not started';
    return <>{images ?? idle}</>;
  }
  const joint = { Failed: 'Failed after ', Canceled: 'Canceled after ' };
  return (
    <>
      {state === 'Failed' || state === 'Canceled' ? joint[state] : ''}
      {startedAt && <Duration from={startedAt} to={finishedAt} />}
      {images && state === 'Done' && `, ${build.tasks.length} images`}
    </>
  );
};

const PhaseLabel = ({ build, phase }: { build: Build; phase: Phase }) => {
  const classes = useStyles();
  const status = phaseStatus(phase.state);
  const idle = phase.state === 'NotStarted';
  const unreached = idle && isTerminalBuildPhase(build.phase);
  return (
    <div className={classes.label}>
      <StatusIcon
        shape={unreached ? 'dash' : status.shape}
        tone={status.tone}
        size={16}
      />
      <div className={classes.text}>
        <div
          className={cx(
            classes.name,
            !idle && phase.state !== 'Skipped' && classes.reached,
          )}
        >
          {phase.name}
        </div>
        <div className={classes.note}>
          <PhaseNote build={build} phase={phase} />
        </div>
      </div>
    </div>
  );
};

const Bar = ({ build, phase }: { build: Build; phase: Phase }) => {
  const classes = useStyles();
  const { state, name } = phase;
  const filled = state !== 'NotStarted' && state !== 'Skipped';
  const share =
    state === 'Running' && name === 'Build' ? buildProgress(build) : 1;
  return (
    <div className={classes.bar} aria-hidden>
      {filled && (
        <div
          className={cx(classes.fill, classes[state])}
          style={{ width: `${share * 100}%` }}
        />
      )}
    </div>
  );
};

/** The phases of a build in equal widths; on narrow pages only the current is named. */
export const PhaseBars = memo(({ build }: { build: Build }) => {
  const classes = useStyles();
  const narrow = useMediaQuery(NARROW);
  const current = currentPhase(build);
  return (
    <section className={classes.root} aria-label="Phases">
      <ol className={classes.list}>
        {build.phases.map(phase => (
          <li key={phase.name}>
            <Bar build={build} phase={phase} />
            {!narrow && <PhaseLabel build={build} phase={phase} />}
          </li>
        ))}
      </ol>
      {narrow && current && <PhaseLabel build={build} phase={current} />}
    </section>
  );
});
