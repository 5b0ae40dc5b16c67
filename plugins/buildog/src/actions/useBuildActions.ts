import { alertApiRef, useApi } from '@backstage/core-plugin-api';
import type {
  BuildSummary,
  StartBuildRequest,
} from '@buildog/plugin-buildog-common';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { buildogApiRef } from '../api/buildogApiRef';
import { usePaths } from '../tab/paths';
import { idempotencyKey } from './idempotencyKey';

/** What one can do with builds from this page. */
export interface BuildActions {
  /** Something was asked for and not answered yet. */
  busy: boolean;
  start(request: StartBuildRequest): Promise<BuildSummary>;
  retry(build: BuildSummary): void;
  rebuild(build: BuildSummary): void;
}

/**
 * Starts builds and opens the page of what was started. A second press while
 * the first is not answered does nothing; a press after a failure repeats the
 * same request under the same key, so that it never starts two builds.
 */
export function useBuildActions(): BuildActions {
  const api = useApi(buildogApiRef);
  const alerts = useApi(alertApiRef);
  const navigate = useNavigate();
  const paths = usePaths();
  const [busy, setBusy] = useState(false);
  const pending = useRef(new Map<string, string>());

  const once = useCallback(
    async (
      what: string,
      call: (options: { idempotencyKey: string }) => Promise<BuildSummary>,
    ) => {
      const key = pending.current.get(what) ?? idempotencyKey();
      pending.current.set(what, key);
      setBusy(true);
      try {
        const build = await call({ idempotencyKey: key });
        pending.current.delete(what);
        navigate(paths.build(build.number));
        return build;
      } finally {
        setBusy(false);
      }
    },
    [navigate, paths],
  );

  return useMemo(() => {
    const say = (error: Error) =>
      alerts.post({ message: error.message, severity: 'error' });
    return {
      busy,
      start: request =>
        once(`start ${JSON.stringify(request)}`, options =>
          api.startBuild(request, options),
        ),
      retry: ({ id }) => {
        once(`retry ${id}`, options => api.retryBuild(id, options)).catch(say);
      },
      rebuild: ({ id }) => {
        once(`rebuild ${id}`, options => api.rebuild(id, options)).catch(say);
      },
    };
  }, [api, alerts, busy, once]);
}
