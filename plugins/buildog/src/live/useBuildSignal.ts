import { useApiHolder } from '@backstage/core-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { useEffect, useRef } from 'react';

/** What the controller says on the channel: something about this build changed. */
interface BuildSignal {
  entityRef?: string;
  buildId?: string;
}

/** Channel on which the controller says that a build changed. */
export const BUILDS_CHANNEL = 'buildog:builds';

/**
 * Calls `onChange` when a build of the entity changed. A hint only: it may be
 * lost, and without the signals plugin it never comes, so callers poll as
 * well. (`useSignal` keeps only the last message of a render, so a message
 * about another entity could hide ours.)
 */
export function useBuildSignal(entityRef: string, onChange: () => void): void {
  const signals = useApiHolder().get(signalApiRef);
  const callback = useRef(onChange);
  callback.current = onChange;
  useEffect(() => {
    if (!signals) {
      return undefined;
    }
    const { unsubscribe } = signals.subscribe(BUILDS_CHANNEL, message => {
      const signal = (message ?? {}) as BuildSignal;
      if (!signal.entityRef || signal.entityRef === entityRef) {
        callback.current();
      }
    });
    return unsubscribe;
  }, [signals, entityRef]);
}
