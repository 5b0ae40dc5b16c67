import { request, type Dispatcher } from 'undici';
import {
  ingestAnswerSchema,
  ingestPath,
  type Heartbeat,
  type IngestAnswer,
} from '../protocol';
import { AgentError } from '../program';

/** What became of one attempt to deliver. */
export type Delivery =
  | { kind: 'taken'; next: number }
  | { kind: 'moved'; next: number }
  | { kind: 'full' }
  | { kind: 'retry'; why: string; afterMilliseconds?: number };

/** A piece of a log. */
export interface Piece {
  container: string;
  offset: number;
  body: Buffer;
  /** The log ends after this piece. */
  complete?: 'whole' | 'truncated';
}

/** How to reach the ingest. */
export interface IngestClientOptions {
  ingestUrl: string;
  attemptId: string;
  token: string;
  dispatcher: Dispatcher;
}

/** Speaks to the ingest; each call is one request. */
export class IngestClient {
  private constructor(private readonly options: IngestClientOptions) {}

  static create(options: IngestClientOptions): IngestClient {
    return new IngestClient(options);
  }

  /**
   * Offers a piece. Anything that may be better later is a `retry`.
   *
   * @throws AgentError `IngestUnauthorized` or `IngestInvalid`, which no
   * repetition can help
   */
  async deliver(piece: Piece, signal: AbortSignal): Promise<Delivery> {
    const { container, offset, body, complete } = piece;
    const query = new URLSearchParams({ offset: String(offset) });
    if (complete) query.set('complete', 'true');
    if (complete === 'truncated') query.set('truncated', 'true');
    const path = `${ingestPath(this.options.attemptId, container)}?${query}`;
    try {
      const answer = await this.#post(
        path,
        'application/octet-stream',
        body,
        signal,
      );
      return await interpret(answer);
    } catch (error) {
      if (error instanceof AgentError || signal.aborted) throw error;
      return { kind: 'retry', why: 'it cannot be reached' };
    }
  }

  /** Says that the pod lives. Rejects when the ingest doesn't hear it. */
  async heartbeat(heartbeat: Heartbeat, signal: AbortSignal): Promise<void> {
    const answer = await this.#post(
      `${encodeURIComponent(this.options.attemptId)}/heartbeat`,
      'application/json',
      JSON.stringify(heartbeat),
      signal,
    );
    await answer.body.dump({ limit: 65_536 });
    if (answer.statusCode >= 300) throw new Error(`${answer.statusCode}`);
  }

  async #post(
    path: string,
    contentType: string,
    body: Buffer | string,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { ingestUrl, token, dispatcher } = this.options;
    return request(`${ingestUrl.replace(/\/+$/, '')}/${path}`, {
      method: 'POST',
      dispatcher,
      signal,
      body,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': contentType,
      },
    });
  }
}

async function interpret(answer: Dispatcher.ResponseData): Promise<Delivery> {
  const { statusCode } = answer;
  if (statusCode === 200) {
    return { kind: 'taken', next: (await parse(answer)).next };
  }
  if (statusCode === 409) {
    return { kind: 'moved', next: (await parse(answer)).next };
  }
  const { 'retry-after': retryAfter } = answer.headers;
  await answer.body.dump({ limit: 65_536 }).catch(() => undefined);
  if (statusCode === 413) return { kind: 'full' };
  if (statusCode === 401 || statusCode === 403) {
    throw new AgentError(
      'IngestUnauthorized',
      `The ingest refuses the token (${statusCode}): it has expired or is for another attempt.`,
    );
  }
  if (statusCode === 408 || statusCode === 429 || statusCode >= 500) {
    const seconds = Number(retryAfter);
    return {
      kind: 'retry',
      why: `it answered ${statusCode}`,
      ...(seconds > 0 && { afterMilliseconds: Math.min(seconds, 30) * 1000 }),
    };
  }
  throw new AgentError(
    'IngestInvalid',
    `The ingest answered ${statusCode}, which the protocol does not know.`,
  );
}

async function parse(answer: Dispatcher.ResponseData): Promise<IngestAnswer> {
  const text = await answer.body.text();
  try {
    return ingestAnswerSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AgentError(
      'IngestInvalid',
      'The ingest\u2019s answer has not the shape {"next": N}.',
      { cause },
    );
  }
}
