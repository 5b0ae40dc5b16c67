import { ResponseError } from '@backstage/errors';
import { problemSchema } from '../api/requests';

/**
 * What the controller refused. `field` is the path of the offending value,
 * `code` Buildog's own code; `name` is that of `@backstage/errors`.
 * @public
 */
export class BuildogRequestError extends Error {
  readonly status: number;
  readonly code?: string;
  readonly field?: string;

  constructor(
    name: string,
    message: string,
    options: { status: number; code?: string; field?: string; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = name;
    this.status = options.status;
    this.code = options.code;
    this.field = options.field;
  }
}

/**
 * Turns an answer that is not 2xx into an error with the controller's own
 * words, or Backstage's `ResponseError` where something else answered.
 */
export async function problemToError(response: Response): Promise<Error> {
  const copy = response.clone();
  try {
    const { error } = problemSchema.parse(await copy.json());
    return new BuildogRequestError(error.name, error.message, {
      status: response.status,
      code: error.code,
      field: error.field,
    });
  } catch {
    return ResponseError.fromResponse(response);
  }
}
