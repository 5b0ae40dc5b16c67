import { isError } from '@backstage/errors';
import { ModelError } from '@buildog/plugin-buildog-common';
import { LogStoreError, SourceError } from '@buildog/plugin-buildog-node';
import { StoreError } from '../store/StoreError';
import type { StoreErrorCode } from '../store/StoreError';
import { RequestError } from './RequestError';
import type { RequestErrorName } from './RequestError';

const STORE_ERRORS: Record<StoreErrorCode, RequestErrorName> = {
  NotFound: 'NotFoundError',
  InvalidState: 'ConflictError',
  RepositoryClaimed: 'ConflictError',
  IdempotencyKeyReused: 'UnprocessableError',
  InvalidCursor: 'InputError',
  Draining: 'ServiceUnavailableError',
  SecondReplica: 'ServiceUnavailableError',
  InstallationMismatch: 'ServiceUnavailableError',
  UnknownVersion: 'ServiceUnavailableError',
};

/** Errors that body-parser makes, by their `type`. */
const BODY_ERRORS: Record<string, RequestErrorName> = {
  'entity.too.large': 'PayloadTooLargeError',
  'entity.parse.failed': 'InputError',
  'request.aborted': 'InputError',
  'request.size.invalid': 'InputError',
  'encoding.unsupported': 'UnsupportedMediaTypeError',
  'charset.unsupported': 'UnsupportedMediaTypeError',
};

/**
 * An error as an answer, where it is one that the caller can do something
 * about; `undefined` for everything else, which is a failure of ours.
 */
export function toRequestError(error: unknown): RequestError | undefined {
  if (error instanceof RequestError) return error;
  if (error instanceof StoreError) {
    return new RequestError(STORE_ERRORS[error.code], error.message, {
      code: error.code,
      field:
        error.field ?? (error.code === 'InvalidCursor' ? 'cursor' : undefined),
      cause: error,
    });
  }
  if (error instanceof SourceError) {
    const { code, category, message } = error.reason;
    return new RequestError(
      category === 'Infrastructure'
        ? 'ServiceUnavailableError'
        : 'UnprocessableError',
      message,
      { code, cause: error },
    );
  }
  if (error instanceof ModelError) {
    return new RequestError('InputError', error.message, {
      code: error.code,
      cause: error,
    });
  }
  if (error instanceof LogStoreError) {
    return new RequestError(
      error.code === 'InvalidKey' ? 'NotFoundError' : 'ServiceUnavailableError',
      error.code === 'InvalidKey'
        ? 'There is no such log.'
        : 'The log store cannot be read just now.',
      { code: error.code, cause: error },
    );
  }
  if (isError(error) && error.name === 'AuthenticationError') {
    return new RequestError('AuthenticationError', error.message, {
      code: 'NotAuthenticated',
      cause: error,
    });
  }
  return fromBodyParser(error);
}

function fromBodyParser(error: unknown): RequestError | undefined {
  const { type, limit } = (error ?? {}) as { type?: unknown; limit?: number };
  if (typeof type !== 'string' || !Object.hasOwn(BODY_ERRORS, type)) {
    return undefined;
  }
  const message = {
    'entity.too.large': `The body is larger than ${limit} bytes.`,
    'entity.parse.failed': 'The body is not valid JSON.',
  }[type];
  return new RequestError(
    BODY_ERRORS[type],
    message ?? 'The body cannot be read.',
    { code: 'InvalidBody', field: 'body' },
  );
}
