import type { LogStore } from '@buildog/plugin-buildog-node';
import { LogStoreError } from '@buildog/plugin-buildog-node';
import { hashIngestToken } from './ingestToken';
import { checkLogKey } from './logKey';

/** Whose logs a token may write. */
export interface IngestGrant {
  buildId: string;
}

/** What a {@link LogIngest} needs. */
export interface LogIngestOptions {
  /** The hub's, so that live readers hear of appends. */
  store: LogStore;
  /**
   * The attempt's build when a token of that hash was minted for it and has
   * not expired; `undefined` otherwise. Answers are kept for five seconds.
   */
  authorize(
    attemptId: string,
    tokenHash: string,
  ): Promise<IngestGrant | undefined>;
  clock?: () => Date;
}

/** One chunk of a container's log, as the sidecar posts it. */
export interface IngestChunk {
  attemptId: string;
  container: string;
  /** The bearer token of the request. */
  token: string;
  /** Offset of the first byte. */
  offset: number;
  bytes: Uint8Array;
  /** Nothing comes after these bytes. */
  final: boolean;
}

/** What to answer: an HTTP status and a JSON body. */
export interface IngestReply {
  status: 200 | 204 | 400 | 401 | 409 | 413 | 503;
  body: { next: number; full?: true } | { error: string } | undefined;
}

const GRANT_MS = 5_000;
/** A job has few containers; a stolen token must not make thousands of logs. */
const MAX_STREAMS = 32;

/**
 * The endpoint that sidecars push logs to, without its HTTP: `http/` reads the
 * request, calls this and writes `status` and `body`. A chunk is taken when
 * its offset is the stream's size; otherwise 409 says where to go on, so that
 * a repeated chunk adds nothing. Never throws.
 */
export class LogIngest {
  /** Most bytes of one chunk; larger requests get 400 before they are read. */
  static readonly chunkLimitBytes = 16 * 1024 * 1024;
  private readonly grants = new Map<
    string,
    { grant: IngestGrant; until: number }
  >();
  private readonly heard = new Map<string, Date>();
  private readonly now: () => Date;

  constructor(private readonly options: LogIngestOptions) {
    this.now = options.clock ?? (() => new Date());
  }

  /** A chunk; the last one may be empty. */
  async append(chunk: IngestChunk): Promise<IngestReply> {
    return this.admitted(chunk, async ({ buildId }) => {
      const { attemptId, container, offset, bytes, final } = chunk;
      const key = { buildId, attemptId, container };
      checkLogKey(key);
      if (!Number.isSafeInteger(offset) || offset < 0) {
        return refuse(400, 'offset must be a whole number from 0');
      }
      if (bytes.length > LogIngest.chunkLimitBytes) {
        return refuse(
          400,
          `a chunk may have ${LogIngest.chunkLimitBytes} bytes`,
        );
      }
      if (offset === 0 && (await this.isFull(key))) {
        return refuse(400, `an attempt may have ${MAX_STREAMS} logs`);
      }
      const { size, truncated } = await this.options.store.append(
        key,
        offset,
        bytes,
      );
      // A full log is at its end as well: the sidecar stops sending it.
      if (final || truncated) await this.options.store.complete(key);
      return truncated
        ? { status: 413, body: { next: size, full: true } }
        : { status: 200, body: { next: size } };
    });
  }

  /** The sidecar lives. */
  async heartbeat(request: {
    attemptId: string;
    token: string;
  }): Promise<IngestReply> {
    return this.admitted(request, async () => ({
      status: 204,
      body: undefined,
    }));
  }

  /** When the attempt's sidecar was heard of last, in this process. */
  lastHeard(attemptId: string): Date | undefined {
    return this.heard.get(attemptId);
  }

  /** Forgets an attempt that is over. */
  forget(attemptId: string): void {
    this.heard.delete(attemptId);
  }

  private async admitted(
    request: { attemptId: string; token: string },
    work: (grant: IngestGrant) => Promise<IngestReply>,
  ): Promise<IngestReply> {
    try {
      const grant = await this.grantOf(request);
      if (!grant) return refuse(401, 'the token is not of this attempt');
      this.heard.set(request.attemptId, this.now());
      return await work(grant);
    } catch (error) {
      return replyTo(error);
    }
  }

  private async grantOf(request: {
    attemptId: string;
    token: string;
  }): Promise<IngestGrant | undefined> {
    const { attemptId, token } = request;
    const hash = hashIngestToken(token);
    const known = this.grants.get(`${attemptId} ${hash}`);
    const now = this.now().getTime();
    if (known && known.until > now) return known.grant;
    const grant = await this.options.authorize(attemptId, hash);
    for (const [key, { until }] of this.grants) {
      if (until <= now) this.grants.delete(key);
    }
    if (grant) {
      this.grants.set(`${attemptId} ${hash}`, { grant, until: now + GRANT_MS });
    }
    return grant;
  }

  private async isFull(key: {
    buildId: string;
    attemptId: string;
    container: string;
  }): Promise<boolean> {
    const streams = await this.options.store.list(key);
    return (
      streams.length >= MAX_STREAMS &&
      !streams.some(stream => stream.container === key.container)
    );
  }
}

function refuse(status: 400 | 401, error: string): IngestReply {
  return { status, body: { error } };
}

function replyTo(error: unknown): IngestReply {
  if (error instanceof LogStoreError) {
    if (error.code === 'OffsetConflict' && error.size !== undefined) {
      return { status: 409, body: { next: error.size } };
    }
    if (error.code === 'InvalidKey') return refuse(400, error.message);
  }
  return { status: 503, body: { error: 'logs cannot be stored just now' } };
}
