import { ApiError } from './ApiError';
import { toRunnerError } from './toRunnerError';

describe('toRunnerError', () => {
  it.each([
    [0, 'the API server cannot be reached', 'Unreachable', true],
    [500, 'failed calling webhook "x": timeout', 'Unreachable', true],
    [503, 'shutting down', 'Unreachable', true],
    [429, 'too many requests', 'RateLimited', true],
    [401, 'Unauthorized', 'Unauthorized', true],
    [
      403,
      'jobs.batch is forbidden: User "x" cannot create resource "jobs" in API group "batch"',
      'Unauthorized',
      true,
    ],
    [
      403,
      'jobs.batch "j" is forbidden: exceeded quota: small, requested: count/jobs.batch=1',
      'QuotaExceeded',
      true,
    ],
    [
      403,
      'pods "p" is forbidden: failed quota: small: must specify limits.cpu',
      'InvalidJob',
      false,
    ],
    [
      403,
      'jobs "j" is forbidden: unable to create new content in namespace x because it is being terminated',
      'AdmissionRefused',
      false,
    ],
    [
      403,
      'admission webhook "policy" denied the request: no',
      'AdmissionRefused',
      false,
    ],
    [
      400,
      'admission webhook "policy" denied the request: no',
      'AdmissionRefused',
      false,
    ],
    [422, 'Job.batch "x" is invalid: spec', 'InvalidJob', false],
    [413, 'too large', 'InvalidJob', false],
    [404, 'namespaces "x" not found', 'AdmissionRefused', false],
    [409, 'exists', 'Conflict', false],
    [418, 'teapot', 'Internal', true],
  ])('reads %i %s as %s', (status, message, code, retryable) => {
    expect(
      toRunnerError(
        new ApiError(status, message, { retryAfterMs: 5 }),
        'east',
        'start the job',
      ),
    ).toMatchObject({
      name: 'RunnerError',
      code,
      retryable,
      retryAfterMs: 5,
      message: expect.stringContaining(
        `Could not start the job on cluster east: ${message}`,
      ),
    });
  });

  it('leaves other errors as they are', () => {
    const error = new Error('mine');
    expect(toRunnerError(error, 'east', 'x')).toBe(error);
  });
});
