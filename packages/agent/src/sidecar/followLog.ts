import { AgentError } from '../program';
import type { Bell } from './Bell';
import type { KubeClient, OpenedLog } from './KubeClient';
import { LogCursor } from './LogCursor';
import type { PodObserver } from './PodObserver';
import type { Spool } from './Spool';

/** How to follow one container. */
export interface FollowLogOptions {
  container: string;
  kube: KubeClient;
  observer: PodObserver;
  /** Rings when any container has ended, so that the next may have started. */
  bell: Bell;
  spool: Spool;
  onError: (error: unknown) => void;
  /** Aborted when the time to read is over. */
  signal: AbortSignal;
}

/** How a container's log ended. */
export type LogEnding = 'whole' | 'truncated' | 'neverStarted';

const QUICK_MILLISECONDS = 150;
const QUICK_TRIES = 20;
const SLOWEST_MILLISECONDS = 2000;
const AFTER_END_MILLISECONDS = 3000;

/**
 * Reads a container's log from its first byte to its last into the spool,
 * which the caller closes. A log is at its end when a reading that began after the
 * container's end was known has ended by itself: a stream that ends may as
 * well mean that the API server or the kubelet stopped.
 *
 * @throws AgentError `LogForbidden` or `LogUnavailable` when time was over
 * and nothing had ever been read because of it
 */
export async function followLog(options: FollowLogOptions): Promise<LogEnding> {
  const cursor = LogCursor.create();
  let refusal: AgentError | undefined;
  const onError = (error: unknown) => {
    if (error instanceof AgentError) refusal = error;
    options.onError(error);
  };
  try {
    return await read({ ...options, onError }, cursor);
  } catch (error) {
    if (!options.signal.aborted) throw error;
    if (cursor.started) return 'truncated';
    if (refusal) throw refusal;
    return 'neverStarted';
  }
}

async function read(
  options: FollowLogOptions,
  cursor: LogCursor,
): Promise<LogEnding> {
  const { container, observer, bell, signal } = options;
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    const wasOver = observer.isOver(container);
    const outcome = await readOnce(options, cursor, wasOver);
    if (outcome === 'gone' || (wasOver && outcome === 'absent')) {
      return cursor.started ? 'truncated' : 'neverStarted';
    }
    if (wasOver && outcome === 'ended')
      return cursor.lost ? 'truncated' : 'whole';
    if (outcome === 'ended') {
      bell.ring();
      await observer.refresh();
      if (observer.isOver(container)) continue;
    }
    const rang = await bell.wait(delay(tries), signal);
    if (rang) tries = 0;
  }
}

/** Quick while something is likely to happen, then slower. */
function delay(tries: number): number {
  if (tries < QUICK_TRIES) return QUICK_MILLISECONDS;
  return Math.min(
    QUICK_MILLISECONDS * 1.3 ** (tries - QUICK_TRIES),
    SLOWEST_MILLISECONDS,
  );
}

async function readOnce(
  options: FollowLogOptions,
  cursor: LogCursor,
  last: boolean,
): Promise<'ended' | 'broken' | 'absent' | 'gone'> {
  const { container, kube, spool, onError, signal } = options;
  const stuck = new AbortController();
  const either = AbortSignal.any([signal, stuck.signal]);
  const watch = last ? undefined : watchForEnd(options, stuck);
  try {
    const opened: OpenedLog = await kube.openLog(container, {
      follow: !last,
      signal: either,
    });
    if (opened.state !== 'open') return opened.state;
    const fresh = cursor.connect();
    for await (const chunk of opened.body) {
      const bytes = fresh(chunk);
      if (bytes.length > 0) await spool.append(bytes, signal);
    }
    return 'ended';
  } catch (error) {
    signal.throwIfAborted();
    if (stuck.signal.aborted) return 'ended';
    onError(error);
    return 'broken';
  } finally {
    clearInterval(watch);
  }
}

/** A connection can stay open, silently, after its container has ended. */
function watchForEnd(
  { container, observer }: FollowLogOptions,
  stuck: AbortController,
): NodeJS.Timeout {
  let since: number | undefined;
  return setInterval(() => {
    if (!observer.isOver(container)) return;
    since ??= Date.now();
    if (Date.now() - since >= AFTER_END_MILLISECONDS) stuck.abort();
  }, 500);
}
