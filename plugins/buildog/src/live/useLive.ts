import { useCallback, useEffect, useRef, useState } from 'react';
import { useBuildSignal } from './useBuildSignal';

/** Milliseconds between polls while something runs. */
export const POLL_INTERVAL = 5000;

/** A value that is kept up to date. */
export interface Live<T> {
  /** The last value that arrived; it stays when a later load fails. */
  value?: T;
  /** Why the last load failed; absent once one succeeds. */
  error?: Error;
  /** When `value` arrived. */
  loadedAt?: Date;
  loading: boolean;
  refresh(): void;
}

/** How a value is kept up to date. */
export interface LiveOptions<T> {
  entityRef: string;
  /** Loads again when it changes; what was loaded for another key is dropped. */
  key: string;
  load: () => Promise<T>;
  /** True while the value changes by itself, so that it is polled. */
  isRunning: (value: T) => boolean;
}

type State<T> = Omit<Live<T>, 'refresh'>;

/**
 * Loads a value, loads it again on every hint of a signal, on return to the
 * page, and every {@link POLL_INTERVAL} while it changes by itself. One load
 * is under way at a time; a hint that comes meanwhile leads to one more.
 */
export function useLive<T>(options: LiveOptions<T>): Live<T> {
  const [state, setState] = useState<State<T>>({ loading: true });
  const current = useRef(options);
  current.current = options;
  const work = useRef({ key: '', busy: false, again: false });
  const mounted = useRef(true);

  const refresh = useCallback(async () => {
    const job = work.current;
    if (job.busy) {
      job.again = true;
      return;
    }
    job.busy = true;
    do {
      job.again = false;
      const { key, load } = current.current;
      let update: (previous: State<T>) => State<T>;
      try {
        const value = await load();
        update = () => ({ value, loadedAt: new Date(), loading: false });
      } catch (error) {
        update = previous => ({
          ...previous,
          error: error as Error,
          loading: false,
        });
      }
      if (key !== current.current.key) {
        job.again = true;
      } else if (mounted.current) {
        setState(update);
      }
    } while (job.again && mounted.current);
    job.busy = false;
  }, []);

  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  useEffect(() => {
    setState(previous => ({ ...previous, loading: true }));
    refresh();
  }, [options.key, refresh]);

  useBuildSignal(options.entityRef, refresh);

  const running =
    state.error !== undefined ||
    (state.value !== undefined && options.isRunning(state.value));
  useEffect(() => {
    if (!running) {
      return undefined;
    }
    const timer = setInterval(() => {
      if (document.visibilityState !== 'hidden') {
        refresh();
      }
    }, POLL_INTERVAL);
    return () => clearInterval(timer);
  }, [running, refresh]);

  useEffect(() => {
    const onVisible = () => {
      if (document.visibilityState === 'visible') {
        refresh();
      }
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [refresh]);

  return { ...state, refresh };
}
