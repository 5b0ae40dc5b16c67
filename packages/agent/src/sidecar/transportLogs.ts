import { join } from 'node:path';
import {
  PROTOCOL_VERSION,
  type SidecarContainerResult,
  type SidecarInput,
} from '../protocol';
import { AgentError, toAgentError } from '../program';
import { Bell } from './Bell';
import { deliverLog } from './deliverLog';
import { followLog, type LogEnding } from './followLog';
import { heartbeats } from './heartbeats';
import type { IngestClient } from './IngestClient';
import type { KubeClient } from './KubeClient';
import { PodObserver } from './PodObserver';
import { Spool } from './Spool';

/** Of the time to flush, what may pass before reading gives way to delivering. */
const READING_SHARE = 0.6;

/** What the transport of one pod's logs needs. */
export interface TransportLogsOptions {
  input: SidecarInput;
  kube: KubeClient;
  ingest: IngestClient;
  log: (line: string) => void;
  /** Aborted by SIGTERM; the time to flush starts then. */
  stopping: AbortSignal;
}

/**
 * Reads and delivers the logs of all containers at once. Resolves when each
 * is at its end and the ingest knows it. After SIGTERM, or when all have
 * ended, there are `flushSeconds` left for that.
 *
 * @throws AgentError `IngestUnreachable` when time was up before everything
 * that was read had been delivered; what the ingest does wrong otherwise
 */
export async function transportLogs(
  options: TransportLogsOptions,
): Promise<SidecarContainerResult[]> {
  const { input, kube, ingest, log, stopping } = options;
  const finished = new AbortController();
  const readingOver = new AbortController();
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, finished.signal]);
  const reading = AbortSignal.any([readingOver.signal, signal]);
  const flush = () => {
    const milliseconds = input.flushSeconds * 1000;
    setTimeout(() => readingOver.abort(), milliseconds * READING_SHARE).unref();
    setTimeout(() => over.abort(), milliseconds).unref();
  };
  if (stopping.aborted) flush();
  stopping.addEventListener('abort', flush, { once: true });
  const bell = Bell.create();
  const onError = onceEach(log);
  const observer = PodObserver.start(kube, bell, signal, onError);
  const spools = new Map<string, Spool>();
  for (const name of input.containers) {
    const directory = join(input.spoolPath, name);
    spools.set(name, await Spool.create(directory, input.spoolLimitBytes));
  }
  stopping.addEventListener('abort', () => void observer.refresh(), {
    once: true,
  });
  const beating = heartbeats({
    ingest,
    seconds: input.heartbeatSeconds,
    content: () => ({
      protocolVersion: PROTOCOL_VERSION,
      read: Object.fromEntries(
        [...spools].map(([name, spool]) => [name, spool.end]),
      ),
    }),
    onSilence: () => log('sidecar: a heartbeat was not heard'),
    signal,
  });
  try {
    const following: Promise<LogEnding>[] = [];
    const delivering = [...spools].map(([container, spool]) => {
      const ending = followLog({
        container,
        kube,
        observer,
        bell,
        spool,
        onError,
        signal: reading,
      });
      following.push(ending);
      return deliver(options, container, spool, ending, signal);
    });
    void Promise.allSettled(following).then(flush);
    return await Promise.all(delivering);
  } finally {
    finished.abort();
    stopping.removeEventListener('abort', flush);
    await beating;
    await Promise.all([...spools.values()].map(spool => spool.remove()));
  }
}

async function deliver(
  { input, ingest, log }: TransportLogsOptions,
  container: string,
  spool: Spool,
  following: Promise<LogEnding>,
  signal: AbortSignal,
): Promise<SidecarContainerResult> {
  let ending: LogEnding = 'truncated';
  const settled = following
    .then(value => {
      ending = value;
    })
    .finally(() => spool.close());
  settled.catch(() => undefined); // awaited below, unless delivering fails first
  let bytes = 0;
  try {
    const delivered = await deliverLog({
      container,
      spool,
      ingest,
      chunkBytes: input.chunkBytes,
      lingerMilliseconds: input.lingerMilliseconds,
      ending: () => (ending === 'truncated' ? 'truncated' : 'whole'),
      log,
      signal,
    });
    bytes = delivered.bytes;
    await settled;
    if (delivered.outcome === 'full') {
      return { name: container, bytes, state: 'full' };
    }
  } catch (error) {
    if (error instanceof AgentError || !signal.aborted) throw error;
    const left = Math.max(0, spool.end - spool.acknowledged);
    throw new AgentError(
      'IngestUnreachable',
      `${left} bytes of ${container}, or word of its end, could not be delivered in time.`,
      { cause: error },
    );
  }
  const states = {
    whole: 'complete',
    truncated: 'truncated',
    neverStarted: 'neverStarted',
  } as const;
  return { name: container, bytes, state: states[ending] };
}

/** Says each kind of trouble once: loops repeat it several times a second. */
function onceEach(log: (line: string) => void): (error: unknown) => void {
  const said = new Set<string>();
  return error => {
    const { message } = toAgentError(error);
    if (said.has(message)) return;
    said.add(message);
    log(`sidecar: ${message}`);
  };
}
