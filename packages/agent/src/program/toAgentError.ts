import { AgentError } from './AgentError';

/**
 * Makes an {@link AgentError} of whatever was thrown. Of foreign errors only
 * the operating system's code is kept for the message: their text may quote
 * paths, URLs or contents.
 */
export function toAgentError(error: unknown): AgentError {
  if (error instanceof AgentError) return error;
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AgentError(
      'VolumeFull',
      'No space is left on the volume: raise the ephemeral-storage limit or make the source smaller.',
      { cause: error },
    );
  }
  return new AgentError(
    'AgentFailed',
    code
      ? `The agent failed with the system error ${code}.`
      : `The agent failed (${
          error instanceof Error ? error.name : typeof error
        }).`,
    { cause: error },
  );
}

/** The operating system's name of an error, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) {
    return undefined;
  }
  const { code } = error;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code)
    ? code
    : undefined;
}
