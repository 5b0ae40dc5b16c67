import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '../program';
import type { Delivery, IngestClient, Piece } from './IngestClient';
import type { Spool } from './Spool';

/** How to deliver one log. */
export interface DeliverLogOptions {
  container: string;
  spool: Spool;
  ingest: IngestClient;
  chunkBytes: number;
  /** Least time between two requests while the log grows. */
  lingerMilliseconds: number;
  /** How the log ends; asked once the spool is closed. */
  ending: () => 'whole' | 'truncated';
  log: (line: string) => void;
  /** Aborted when the time to deliver is over. */
  signal: AbortSignal;
}

const FIRST_DELAY_MILLISECONDS = 100;
const LONGEST_DELAY_MILLISECONDS = 5000;

/** How far a log was delivered. */
export interface Delivered {
  outcome: 'all' | 'full';
  bytes: number;
}

/**
 * Sends a log as it grows, from offset 0 to its end. The ingest's answers
 * say where to go on, so a lost answer or a restarted ingest neither loses
 * nor repeats a byte. Resolves when the ingest knows that the log is
 * complete, or wants no more of it.
 *
 * @throws AgentError when the ingest breaks the protocol, and the signal's
 * reason when time is over
 */
export async function deliverLog(
  options: DeliverLogOptions,
): Promise<Delivered> {
  const { container, spool, chunkBytes, lingerMilliseconds, signal } = options;
  let next = 0;
  for (;;) {
    await spool.waitFor(next, signal);
    const ended = spool.closed && next >= spool.end;
    const body = ended ? Buffer.alloc(0) : await spool.read(next, chunkBytes);
    const ending = next > spool.end ? 'truncated' : options.ending();
    const piece: Piece = {
      container,
      offset: next,
      body,
      ...(ended && { complete: ending }),
    };
    const answer = await persist(options, piece);
    if (answer.kind === 'full') {
      await spool.acknowledge(Number.MAX_SAFE_INTEGER);
      return { outcome: 'full', bytes: next };
    }
    requireSense(answer, piece, spool);
    if (ended && answer.kind === 'taken')
      return { outcome: 'all', bytes: next };
    next = answer.next;
    await spool.acknowledge(next);
    if (!spool.closed) await sleep(lingerMilliseconds, undefined, { signal });
  }
}

/** What is confirmed stays confirmed, and nobody has what was not sent. */
function requireSense(
  answer: { kind: 'taken' | 'moved'; next: number },
  { container, offset, body }: Piece,
  { acknowledged }: Spool,
): void {
  const { kind, next } = answer;
  const possible =
    kind === 'taken'
      ? next >= offset && next <= offset + body.length
      : next >= acknowledged && next !== offset;
  if (possible) return;
  throw new AgentError(
    'IngestInvalid',
    `The ingest wants ${container} from ${next} after it was offered ${body.length} bytes at ${offset} and has confirmed ${acknowledged}.`,
  );
}

async function persist(
  { ingest, log, signal }: DeliverLogOptions,
  piece: Piece,
): Promise<Exclude<Delivery, { kind: 'retry' }>> {
  for (let attempt = 0; ; attempt++) {
    const answer = await ingest.deliver(piece, signal);
    if (answer.kind !== 'retry') {
      if (attempt > 2) log('sidecar: the ingest is back');
      return answer;
    }
    if (attempt === 2) log(`sidecar: the ingest is away: ${answer.why}`);
    const longest = Math.min(
      FIRST_DELAY_MILLISECONDS * 2 ** attempt,
      LONGEST_DELAY_MILLISECONDS,
    );
    const delay =
      answer.afterMilliseconds ?? longest * (0.5 + Math.random() / 2);
    await sleep(delay, undefined, { signal });
  }
}
