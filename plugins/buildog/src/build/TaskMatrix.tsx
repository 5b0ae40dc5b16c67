import { makeStyles, Theme } from '@material-ui/core/styles';
import type { Build, BuildTask } from '@buildog/plugin-buildog-common';
import { formatPlatform } from '@buildog/plugin-buildog-common';
import { KeyboardEvent, memo, useRef } from 'react';
import { Card } from '../parts/Card';
import { tokens } from '../theme/tokens';
import { TaskCell } from './TaskCell';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    scroll: { padding: '8px 16px 16px', overflowX: 'auto' },
    grid: {
      width: 'calc(100% + 12px)',
      borderCollapse: 'separate',
      borderSpacing: '6px',
      margin: '0 -6px',
      '& th': {
        padding: '2px 4px 2px 0',
        textAlign: 'left',
        fontSize: 12,
        fontWeight: 400,
        color: t.secondary,
        whiteSpace: 'nowrap',
      },
      '& tbody th': {
        fontSize: 13,
        fontWeight: 500,
        color: theme.palette.text.primary,
      },
      '& td': { padding: 0, minWidth: 116 },
    },
  };
});

const unique = (values: string[]) => [...new Set(values)];

function countWords(tasks: readonly BuildTask[]): string {
  const failed = tasks.filter(task => task.phase === 'Failed').length;
  const built = tasks.filter(task => task.phase === 'Built').length;
  return failed > 0
    ? `${failed} of ${tasks.length} failed`
    : `${built} of ${tasks.length} built`;
}

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * Variants down, platforms across. Arrow keys move, Enter chooses whose log
 * is shown; the whole grid is one stop of the Tab key.
 */
export const TaskMatrix = memo(
  (props: {
    build: Build;
    selectedId?: string;
    onSelect: (taskId: string) => void;
  }) => {
    const { build, selectedId, onSelect } = props;
    const classes = useStyles();
    const grid = useRef<HTMLTableElement>(null);
    const variants = unique(build.tasks.map(task => task.variant));
    const platforms = unique(
      build.tasks.map(task => formatPlatform(task.platform)),
    );
    const taskAt = (variant: string, platform: string) =>
      build.tasks.find(
        task =>
          task.variant === variant &&
          formatPlatform(task.platform) === platform,
      );

    const onKeyDown = (event: KeyboardEvent) => {
      const step = STEPS[event.key];
      const cell = (event.target as HTMLElement).dataset.cell;
      if (!step || !cell) {
        return;
      }
      event.preventDefault();
      let [row, column] = cell.split(',').map(Number);
      let next: HTMLElement | null | undefined;
      // Combinations that are not built have no cell: go on to the next one.
      do {
        row += step[0];
        column += step[1];
        next = grid.current?.querySelector<HTMLElement>(
          `[data-cell="${row},${column}"]`,
        );
      } while (
        !next &&
        row >= 0 &&
        column >= 0 &&
        row < variants.length &&
        column < platforms.length
      );
      next?.focus();
    };

    if (build.tasks.length === 0) {
      return null;
    }
    return (
      <Card title="Tasks" right={countWords(build.tasks)}>
        <div className={classes.scroll}>
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrow keys are caught on the way up */}
          <table
            ref={grid}
            className={classes.grid}
            role="grid"
            aria-label="Tasks by variant and platform"
            onKeyDown={onKeyDown}
          >
            <thead>
              <tr>
                <th scope="col">Variant</th>
                {platforms.map(platform => (
                  <th key={platform} scope="col">
                    {platform}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {variants.map((variant, row) => (
                <tr key={variant}>
                  <th scope="row">{variant}</th>
                  {platforms.map((platform, column) => {
                    const task = taskAt(variant, platform);
                    const selected = task?.id === selectedId;
                    return (
                      <td
                        key={platform}
                        role="gridcell"
                        aria-selected={task ? selected : undefined}
                      >
                        {task && (
                          <TaskCell
                            task={task}
                            buildPhase={build.phase}
                            place={`${row},${column}`}
                            label={`${variant}, ${platform}`}
                            selected={selected}
                            onSelect={onSelect}
                          />
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
    );
  },
);
