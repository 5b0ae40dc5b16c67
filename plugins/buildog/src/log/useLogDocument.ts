import type {
  Attempt,
  BuildogApi,
  LogPosition,
} from '@buildog/plugin-buildog-common';
import { isTerminalAttemptPhase } from '@buildog/plugin-buildog-common';
import { useApi } from '@backstage/core-plugin-api';
import { useEffect, useMemo, useRef, useState } from 'react';
import { buildogApiRef } from '../api/buildogApiRef';
import { LogDocument } from './LogDocument';

/** Milliseconds until a stream that is not there yet is asked for again. */
const RETRY_INTERVAL = 1000;
/** Milliseconds in which arriving chunks are gathered into one rendering. */
const RENDER_INTERVAL = 100;

/** Containers whose output is ours, not the build's. */
const HIDDEN = new Set(['sidecar', 'proxy']);

/** The log of an attempt as it arrives. */
export interface LogFeed {
  document: LogDocument;
  /** Changes with every rendering that shows something new. */
  version: number;
  /** Every stream has ended. */
  complete: boolean;
  /** Containers whose stream hit its cap; what came later was dropped. */
  truncated: string[];
  /** When the connection was last lost; undefined while it never was. */
  lostAt?: Date;
  error?: Error;
}

interface Status {
  ended: string[];
  truncated: string[];
  lostAt?: Date;
  error?: Error;
}

const START: Status = { ended: [], truncated: [] };

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

async function readStream(
  api: BuildogApi,
  position: LogPosition,
  document: LogDocument,
  options: {
    signal: AbortSignal;
    mayStillCome: () => boolean;
    onReconnect: (at: Date) => void;
  },
): Promise<{ truncated: boolean }> {
  const { signal, mayStillCome, onReconnect } = options;
  while (!signal.aborted) {
    const offset = document.buffer(position.container)?.size ?? 0;
    try {
      const events = api.streamLog(
        { ...position, offset },
        { signal, onReconnect },
      );
      for await (const event of events) {
        if (signal.aborted) {
          break;
        }
        if (event.type === 'complete') {
          return { truncated: event.truncated };
        }
        if (!document.append(event)) {
          break; // A gap: ask again from where we are.
        }
      }
    } catch (error) {
      const missing = (error as Error).name === 'NotFoundError';
      if (missing && !mayStillCome()) {
        return { truncated: false };
      }
      if (!missing) {
        throw error;
      }
    }
    await pause(RETRY_INTERVAL, signal);
  }
  return { truncated: false };
}

/**
 * Reads all streams of an attempt, live, one container after the other as
 * they run: so lines keep their numbers and one connection is open at a time.
 */
export function useLogDocument(
  buildId: string,
  attempt: Attempt | undefined,
): LogFeed {
  const api = useApi(buildogApiRef);
  const attemptId = attempt?.id ?? '';
  const latest = useRef(attempt);
  latest.current = attempt;
  const names = (attempt?.containers ?? [])
    .map(c => c.name)
    .filter(name => !HIDDEN.has(name))
    .join('\n');
  const containers = useMemo(() => names.split('\n').filter(Boolean), [names]);
  const document = useMemo(
    () => new LogDocument(),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another attempt has another log
    [buildId, attemptId],
  );
  const [version, setVersion] = useState(0);
  const [status, setStatus] = useState<Status>(START);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = document.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setVersion(document.version);
      }, RENDER_INTERVAL);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [document]);

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setStatus(START);
    (async () => {
      for (const container of containers) {
        document.add(container);
        const { truncated } = await readStream(
          api,
          { buildId, attemptId, container },
          document,
          {
            signal,
            mayStillCome: () =>
              !latest.current || !isTerminalAttemptPhase(latest.current.phase),
            onReconnect: lostAt => setStatus(s => ({ ...s, lostAt })),
          },
        );
        if (signal.aborted) {
          return;
        }
        setStatus(s => ({
          ...s,
          ended: [...s.ended, container],
          truncated: truncated ? [...s.truncated, container] : s.truncated,
        }));
      }
    })().catch(error => {
      if (!signal.aborted) {
        setStatus(s => ({ ...s, error }));
      }
    });
    return () => controller.abort();
  }, [api, buildId, attemptId, containers, document]);

  return {
    document,
    version,
    complete: containers.length > 0 && status.ended.length >= containers.length,
    truncated: status.truncated,
    lostAt: status.lostAt,
    error: status.error,
  };
}
