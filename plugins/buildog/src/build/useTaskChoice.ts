import type { Attempt, Build, BuildTask } from '@buildog/plugin-buildog-common';
import { useCallback, useRef, useState } from 'react';

/** Whose log is shown. */
export interface TaskChoice {
  task?: BuildTask;
  attempt?: Attempt;
  selectTask(id: string): void;
  selectAttempt(id: string): void;
}

function firstChoice(tasks: readonly BuildTask[]): BuildTask | undefined {
  return (
    tasks.find(task => task.phase === 'Failed') ??
    tasks.find(task => task.phase === 'Building') ??
    tasks[0]
  );
}

/**
 * Chooses the task to show at first (what failed, else what runs) and stays
 * with it until the reader chooses another: progress elsewhere must not swap
 * the log under their eyes. Of a task the newest attempt is shown.
 */
export function useTaskChoice(build: Build): TaskChoice {
  const [chosen, setChosen] = useState<{ task?: string; attempt?: string }>({});
  const initial = useRef<string>();
  initial.current ??= firstChoice(build.tasks)?.id;
  const task = build.tasks.find(t => t.id === (chosen.task ?? initial.current));
  const attempts = task?.attempts ?? [];
  const attempt =
    attempts.find(a => a.id === chosen.attempt) ??
    attempts[attempts.length - 1];
  const selectTask = useCallback((id: string) => setChosen({ task: id }), []);
  const selectAttempt = useCallback(
    (id: string) => setChosen(previous => ({ ...previous, attempt: id })),
    [],
  );
  return { task, attempt, selectTask, selectAttempt };
}
