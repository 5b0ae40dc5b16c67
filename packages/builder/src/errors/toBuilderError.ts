import { isOciError, type OciErrorCode } from '@buildog/oci';
import {
  BuilderError,
  isBuilderError,
  type BuilderErrorKind,
} from './BuilderError';

const kinds: Record<OciErrorCode, BuilderErrorKind> = {
  aborted: 'cancelled',
  digestMismatch: 'manifest',
  forbidden: 'authentication',
  invalidConfig: 'validation',
  invalidLayout: 'manifest',
  invalidManifest: 'manifest',
  invalidReference: 'validation',
  network: 'network',
  notFound: 'registry',
  rateLimited: 'registry',
  redirectRefused: 'registry',
  refused: 'registry',
  registryFault: 'registry',
  sourceFailed: 'filesystem',
  tls: 'network',
  tooLarge: 'resource',
  unauthorized: 'authentication',
  unsupported: 'unsupported',
};

/** Anything that was thrown as one of our errors, with the kind that fits. */
export function toBuilderError(error: unknown): BuilderError {
  if (isBuilderError(error)) return error;
  if (isOciError(error)) {
    const { code, message, retryable } = error;
    return new BuilderError(kinds[code], message, { cause: error, retryable });
  }
  const { name, code, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (name === 'AbortError') {
    return new BuilderError('cancelled', 'the build was cancelled', {
      cause: error,
    });
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new BuilderError('resource', 'no space is left on the disk', {
      cause: error,
    });
  }
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) {
    return new BuilderError(
      'filesystem',
      `a file of this machine could not be used: ${message}`,
      { cause: error },
    );
  }
  return new BuilderError(
    'filesystem',
    `something unexpected happened: ${message ?? String(error)}`,
    { cause: error },
  );
}
