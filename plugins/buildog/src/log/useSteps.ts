import type { BuildStep } from '@buildog/plugin-buildog-common';
import { useApi } from '@backstage/core-plugin-api';
import { useEffect, useState } from 'react';
import { buildogApiRef } from '../api/buildogApiRef';

/** Milliseconds between two looks at the steps while the log grows. */
const STEPS_INTERVAL = 1500;

/**
 * The steps of an attempt as its log tells them, renewed while it runs. When
 * they cannot be had the log is shown without them.
 */
export function useSteps(
  buildId: string,
  attemptId: string | undefined,
  running: boolean,
): { steps: BuildStep[]; loaded: boolean } {
  const api = useApi(buildogApiRef);
  const [state, setState] = useState<{
    attemptId: string;
    steps: BuildStep[];
  }>();

  useEffect(() => {
    if (attemptId === undefined) {
      return undefined;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const load = async () => {
      const steps = await api.listSteps(buildId, attemptId).then(
        response => response.steps,
        () => undefined, // Headings are a help; the lines do not need them.
      );
      if (gone) {
        return;
      }
      setState(previous => ({
        attemptId,
        steps:
          steps ?? (previous?.attemptId === attemptId ? previous.steps : []),
      }));
      if (running) {
        timer = setTimeout(load, STEPS_INTERVAL);
      }
    };
    load();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [api, buildId, attemptId, running]);

  return state && state.attemptId === attemptId
    ? { steps: state.steps, loaded: true }
    : { steps: [], loaded: false };
}
