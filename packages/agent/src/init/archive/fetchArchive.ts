import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { request } from 'undici';
import type {
  ArchiveSource,
  InitInput,
  SourceCredential,
} from '../../protocol';
import { AgentError, createDispatcher, systemCode } from '../../program';

/** Where an archive comes from and goes to. */
export interface FetchArchiveOptions {
  input: InitInput;
  source: ArchiveSource;
  credential?: SourceCredential;
  /** File to write. */
  target: string;
  signal: AbortSignal;
}

/**
 * Copies an archive into a private file and checks its digest, so that what
 * is extracted is what was checked.
 *
 * @throws AgentError `ArchiveUnavailable`, `ArchiveDigestMismatch`,
 * `SourceTooLarge` or `CredentialInvalid`
 */
export async function fetchArchive(
  options: FetchArchiveOptions,
): Promise<void> {
  const { source, input, target, signal } = options;
  const hash = createHash('sha256');
  const opened = source.path ? await openFile(source.path) : await get(options);
  let bytes = 0;
  try {
    await pipeline(
      opened.stream,
      async function* measure(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > input.limits.bytes) throw tooLarge(input.limits.bytes);
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(target, { flags: 'wx', mode: 0o600 }),
      { signal },
    );
  } catch (error) {
    const code = systemCode(error);
    if (error instanceof AgentError || signal.aborted || code === 'ENOSPC') {
      throw error;
    }
    throw unavailable(`the transfer broke off (${code ?? 'no code'})`, error);
  } finally {
    await opened.close();
  }
  if (`sha256:${hash.digest('hex')}` !== source.digest) {
    throw new AgentError(
      'ArchiveDigestMismatch',
      `The archive does not have the digest ${source.digest}: upload it again.`,
    );
  }
}

interface Opened {
  stream: Readable;
  close: () => Promise<void>;
}

async function openFile(path: string): Promise<Opened> {
  try {
    await stat(path);
  } catch (error) {
    throw unavailable('the file is missing', error);
  }
  return { stream: createReadStream(path), close: async () => undefined };
}

async function get(options: FetchArchiveOptions): Promise<Opened> {
  const { source, input, credential, signal } = options;
  const url = new URL(source.url ?? '');
  const dispatcher = createDispatcher({
    caFile: input.caFile,
    proxy: input.proxy,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });
  const close = () => dispatcher.destroy();
  try {
    const answer = await request(url, {
      dispatcher,
      signal,
      headers: tokenHeaders(credential, url.host),
    });
    if (answer.statusCode !== 200) {
      await answer.body.dump({ limit: 65_536 }).catch(() => undefined);
      throw unavailable(`${url.host} answered ${answer.statusCode}`);
    }
    return { stream: answer.body, close };
  } catch (error) {
    await close();
    if (error instanceof AgentError || signal.aborted) throw error;
    throw unavailable(`${url.host} cannot be reached`, error);
  }
}

function tokenHeaders(
  credential: SourceCredential | undefined,
  host: string,
): Record<string, string> {
  if (credential?.type !== 'token') return {};
  if (credential.host !== host) {
    throw new AgentError(
      'CredentialInvalid',
      `The source credential is for ${credential.host}, the archive is at ${host}.`,
    );
  }
  return { authorization: `Bearer ${credential.token}` };
}

function unavailable(what: string, cause?: unknown): AgentError {
  return new AgentError(
    'ArchiveUnavailable',
    `The uploaded archive cannot be fetched: ${what}.`,
    { cause },
  );
}

function tooLarge(limit: number): AgentError {
  return new AgentError(
    'SourceTooLarge',
    `The archive is larger than ${limit} bytes: make it smaller or raise the limit.`,
  );
}
