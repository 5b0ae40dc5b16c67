import { RunnerError } from '@buildog/plugin-buildog-node';
import { ApiError } from './ApiError';

/**
 * What an API server's refusal means to the controller. `doing` completes
 * "Could not … on cluster NAME".
 */
export function toRunnerError(
  error: unknown,
  cluster: string,
  doing: string,
): unknown {
  if (!(error instanceof ApiError)) return error;
  const { status, message } = error;
  const fail = (
    code: ConstructorParameters<typeof RunnerError>[0],
    retryable: boolean,
    remedy = '',
  ) =>
    new RunnerError(
      code,
      `Could not ${doing} on cluster ${cluster}: ${message}${remedy}`,
      { retryable, retryAfterMs: error.retryAfterMs, cause: error },
    );

  if (status === 0) return fail('Unreachable', true);
  if (status === 429) return fail('RateLimited', true);
  if (status >= 500) {
    // An admission webhook that does not answer is a 500 as well; it may
    // come back, as the API server may.
    return fail('Unreachable', true);
  }
  if (status === 401) {
    return fail('Unauthorized', true, '; renew the credentials in app-config');
  }
  if (status === 403) return refused(message, fail);
  if (status === 409) return fail('Conflict', false);
  if (status === 404) {
    return fail(
      'AdmissionRefused',
      false,
      '; the namespace of app-config does not exist there',
    );
  }
  if (status === 400 && /admission webhook|denied the request/.test(message)) {
    return fail('AdmissionRefused', false);
  }
  if (status === 400 || status === 413 || status === 422) {
    return fail('InvalidJob', false);
  }
  return fail('Internal', true);
}

/**
 * A 403 has four meanings, told apart by the API server's words: quota (room
 * may come), a namespace that is going, admission, and RBAC.
 */
function refused(
  message: string,
  fail: (
    code: ConstructorParameters<typeof RunnerError>[0],
    retryable: boolean,
    remedy?: string,
  ) => RunnerError,
): RunnerError {
  if (/exceeded quota/.test(message)) return fail('QuotaExceeded', true);
  if (/quota.*must specify|failed quota/.test(message)) {
    return fail('InvalidJob', false);
  }
  if (/is being terminated/.test(message)) {
    return fail('AdmissionRefused', false);
  }
  if (/ cannot \w+ resource /.test(message)) {
    return fail(
      'Unauthorized',
      true,
      '; give the controller its role of the Helm chart',
    );
  }
  return fail('AdmissionRefused', false);
}
