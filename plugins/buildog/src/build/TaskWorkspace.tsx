import { makeStyles, Theme } from '@material-ui/core/styles';
import type { Build } from '@buildog/plugin-buildog-common';
import {
  isTerminalAttemptPhase,
  isTerminalBuildPhase,
} from '@buildog/plugin-buildog-common';
import { ReactNode, useMemo, useRef } from 'react';
import type { BuildActions } from '../actions/useBuildActions';
import { BuildLog } from '../log/BuildLog';
import { logSections } from '../log/logSections';
import { useLogDocument } from '../log/useLogDocument';
import { useSteps } from '../log/useSteps';
import { Card } from '../parts/Card';
import { tokens } from '../theme/tokens';
import { STACKED } from '../theme/widths';
import { DetailsCard } from './DetailsCard';
import { EventsCard } from './EventsCard';
import { FailureCard } from './FailureCard';
import { dockerfileExcerpt, lastLines } from './failureFacts';
import { PhaseBars } from './PhaseBars';
import { TaskMatrix } from './TaskMatrix';
import { useTaskChoice } from './useTaskChoice';

const useStyles = makeStyles((theme: Theme) => ({
  root: { display: 'grid', gap: 16, gridTemplateColumns: 'minmax(0, 1fr)' },
  columns: {
    display: 'grid',
    gridTemplateColumns: '352px minmax(0, 1fr)',
    alignItems: 'start',
    gap: 16,
    [`@media ${STACKED}`]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  column: { display: 'grid', gap: 16, gridTemplateColumns: 'minmax(0, 1fr)' },
  note: { padding: 16, fontSize: 14, color: tokens(theme).secondary },
}));

/** Tasks and the log of the chosen one, with what belongs to them. */
export const TaskWorkspace = (props: {
  build: Build;
  actions: BuildActions;
  /** Only tasks and log: the rest of the page shows the other things. */
  bare?: boolean;
}) => {
  const { build, actions, bare } = props;
  const classes = useStyles();
  const { task, attempt, selectTask, selectAttempt } = useTaskChoice(build);
  const readable = build.allowed.readLog ? attempt : undefined;
  const feed = useLogDocument(
    build.id,
    readable,
    isTerminalBuildPhase(build.phase),
  );
  const running =
    !feed.complete && !!attempt && !isTerminalAttemptPhase(attempt.phase);
  const { steps, loaded } = useSteps(build.id, readable?.id, running);
  const logElement = useRef<HTMLDivElement>(null);

  const failed = build.phase === 'Failed' || build.phase === 'Rejected';
  const excerpts = useMemo(
    () =>
      failed && readable
        ? {
            dockerfile: dockerfileExcerpt(build, steps),
            log: lastLines(
              feed.document,
              logSections(feed.document, readable.containers, steps),
            ),
          }
        : { dockerfile: dockerfileExcerpt(build, []), log: [] },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `version` says that the document changed
    [build, failed, readable, steps, feed.document, feed.version],
  );

  let log: ReactNode;
  if (!build.allowed.readLog) {
    log = 'You may see this build, not its log.';
  } else if (!task || !attempt) {
    log = failed
      ? 'There is no log: no task was started.'
      : 'The log begins when a task starts.';
  }
  return (
    <div className={classes.root}>
      {failed && !bare && (
        <FailureCard
          build={build}
          actions={actions}
          dockerfile={excerpts.dockerfile}
          log={excerpts.log}
          onFullLog={() => logElement.current?.scrollIntoView?.()}
        />
      )}
      {!bare && <PhaseBars build={build} />}
      <div className={classes.columns}>
        <div className={classes.column}>
          <TaskMatrix
            build={build}
            selectedId={task?.id}
            onSelect={selectTask}
          />
          {!bare && (
            <>
              <DetailsCard build={build} task={task} attempt={attempt} />
              <EventsCard build={build} />
            </>
          )}
        </div>
        <div ref={logElement} className={classes.column}>
          {log || !task || !attempt ? (
            <Card title="Log">
              <div className={classes.note}>{log}</div>
            </Card>
          ) : (
            <BuildLog
              key={attempt.id}
              build={build}
              task={task}
              attempt={attempt}
              feed={feed}
              steps={steps}
              stepsLoaded={loaded}
              onAttempt={selectAttempt}
            />
          )}
        </div>
      </div>
    </div>
  );
};
