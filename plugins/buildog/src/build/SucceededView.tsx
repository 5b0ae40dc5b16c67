import { makeStyles } from '@material-ui/core/styles';
import type { Build } from '@buildog/plugin-buildog-common';
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router-dom';
import type { BuildActions } from '../actions/useBuildActions';
import { parseLogAnchor } from '../log/logAnchor';
import { ActionButton } from '../parts/ActionButton';
import { Card } from '../parts/Card';
import { STACKED } from '../theme/widths';
import { DetailsCard } from './DetailsCard';
import { EventsCard } from './EventsCard';
import { ImagesCard } from './ImagesCard';
import { PhaseBars } from './PhaseBars';
import { TaskWorkspace } from './TaskWorkspace';

const useStyles = makeStyles({
  root: { display: 'grid', gap: 16, gridTemplateColumns: 'minmax(0, 1fr)' },
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    alignItems: 'start',
    gap: 16,
    [`@media ${STACKED}`]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
});

function taskWords({ tasks }: Build): string {
  const built = tasks.filter(task => task.phase === 'Built').length;
  const sum = (values: (number | undefined)[]) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const steps = sum(tasks.map(task => task.totalSteps));
  const cached = sum(tasks.map(task => task.cachedSteps));
  return `${built} of ${tasks.length} built${
    steps > 0 ? `, ${cached} of ${steps} steps cached` : ''
  }`;
}

/** A build that succeeded: the images first, the log when somebody asks. */
export const SucceededView = (props: {
  build: Build;
  actions: BuildActions;
}) => {
  const { build, actions } = props;
  const classes = useStyles();
  const { search, hash } = useLocation();
  const asked =
    new URLSearchParams(search).get('show') === 'log' ||
    parseLogAnchor(hash) !== undefined;
  const [open, setOpen] = useState(asked);
  useEffect(() => {
    if (asked) {
      setOpen(true);
    }
  }, [asked]);
  const lastTask = build.tasks[build.tasks.length - 1];
  return (
    <div className={classes.root}>
      <PhaseBars build={build} />
      <ImagesCard build={build} />
      <div className={classes.columns}>
        <DetailsCard
          build={build}
          task={lastTask}
          attempt={lastTask?.attempts[lastTask.attempts.length - 1]}
        />
        <EventsCard build={build} />
      </div>
      <Card
        title="Tasks and logs"
        aside={taskWords(build)}
        right={
          <ActionButton look="text" onClick={() => setOpen(!open)}>
            {open ? 'Hide' : 'Show'}
          </ActionButton>
        }
      />
      {open && <TaskWorkspace build={build} actions={actions} bare />}
    </div>
  );
};
