import { BuilderError } from '../../errors/BuilderError';

/** One request to a cloud's identity service. */
export interface CloudRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A service on this machine or its link: never through a proxy. */
  readonly direct?: boolean;
}

/** Sends requests; tests put a fake in its place. */
export type SendCloudRequest = (
  request: CloudRequest,
) => Promise<{ readonly status: number; readonly text: string }>;

const TIMEOUT_MS = 10_000;

/** Sends over the network: no redirects, at most 1 MiB, 10 seconds. */
export const sendCloudRequest: SendCloudRequest = async request => {
  const { Agent, EnvHttpProxyAgent, request: send } = await import('undici');
  const dispatcher = request.direct ? new Agent() : new EnvHttpProxyAgent();
  try {
    const { statusCode, body } = await send(request.url, {
      dispatcher,
      method: request.method,
      headers: { ...request.headers },
      body: request.body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size > 1024 ** 2) throw new Error('the answer is too long');
      chunks.push(chunk as Buffer);
    }
    return { status: statusCode, text: Buffer.concat(chunks).toString('utf8') };
  } catch (cause) {
    const { host } = new URL(request.url);
    throw new BuilderError(
      'network',
      `${host} could not be asked for a token`,
      {
        cause,
        retryable: true,
      },
    );
  } finally {
    await dispatcher.close().catch(() => undefined);
  }
};

/** The answer as JSON, or an error that quotes none of it: answers hold tokens. */
export async function askForJson(
  send: SendCloudRequest,
  request: CloudRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const { host } = new URL(request.url);
  const { status, text } = await send(request);
  if (status !== 200) {
    throw new BuilderError(
      'authentication',
      `${host} gave no token: it answered ${status}`,
      { retryable: status >= 500 || status === 429 },
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Said below.
  }
  throw new BuilderError(
    'authentication',
    `${host} gave no token: its answer is no JSON object`,
  );
}

/** A text field of an answer. */
export function textOf(
  answer: Readonly<Record<string, unknown>>,
  field: string,
  host: string,
): string {
  const value = answer[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new BuilderError(
    'authentication',
    `${host} gave no token: ${field} is missing in its answer`,
  );
}
