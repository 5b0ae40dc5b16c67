import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AgentError } from '../../program';

const DOCKERFILE_LIMIT_BYTES = 1_048_576;

/** A Dockerfile as it was read. */
export interface DockerfileContent {
  text: string;
  /** `sha256:` of its bytes. */
  digest: string;
  bytes: number;
}

/**
 * Reads a Dockerfile at a path that {@link resolveInside} has resolved.
 *
 * @throws AgentError `DockerfileInvalid` when it is larger than 1 MiB, not a
 * regular file or not UTF-8
 */
export async function readDockerfile(path: string): Promise<DockerfileContent> {
  const file = await open(
    path,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw invalid('it is not a regular file');
    if (stat.size > DOCKERFILE_LIMIT_BYTES) throw invalid('it is over 1 MiB');
    const bytes = await file.readFile();
    return {
      text: decode(bytes),
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      bytes: bytes.length,
    };
  } finally {
    await file.close();
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('it is not UTF-8');
  }
}

function invalid(what: string): AgentError {
  return new AgentError(
    'DockerfileInvalid',
    `The Dockerfile cannot be used: ${what}.`,
  );
}
