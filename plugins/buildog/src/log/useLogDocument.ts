import type { Attempt } from '@buildog/plugin-buildog-common';
import { useApi } from '@backstage/core-plugin-api';
import { useEffect, useMemo, useRef, useState } from 'react';
import { buildogApiRef } from '../api/buildogApiRef';
import { LogDocument } from './LogDocument';
import { LogReader, LogStatus } from './LogReader';

/** Milliseconds in which arriving chunks are gathered into one rendering. */
const RENDER_INTERVAL = 100;

/** The log of an attempt as it arrives. */
export interface LogFeed extends LogStatus {
  document: LogDocument;
  /** Changes with every rendering that shows something new. */
  version: number;
}

const START: LogStatus = { complete: false, truncated: [] };

/** Reads the log of an attempt, live, while the component is there. */
export function useLogDocument(
  buildId: string,
  attempt: Attempt | undefined,
  buildEnded: boolean,
): LogFeed {
  const api = useApi(buildogApiRef);
  const attemptId = attempt?.id;
  const document = useMemo(
    () => new LogDocument(),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another attempt has another log
    [buildId, attemptId],
  );
  const [version, setVersion] = useState(0);
  const [status, setStatus] = useState(START);
  const reader = useRef<LogReader>();

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
    setStatus(START);
    if (attemptId === undefined) {
      return undefined;
    }
    const own = new LogReader({
      api,
      buildId,
      attemptId,
      document,
      onStatus: setStatus,
    });
    reader.current = own;
    return () => own.stop();
  }, [api, buildId, attemptId, document]);

  useEffect(() => {
    if (attempt) {
      reader.current?.update(attempt, buildEnded);
    }
  }, [attempt, buildEnded, document]);

  return { document, version, ...status };
}
