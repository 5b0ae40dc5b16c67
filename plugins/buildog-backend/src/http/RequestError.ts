/** Names of `@backstage/errors`, by the status they get. */
const STATUS = {
  InputError: 400,
  AuthenticationError: 401,
  NotAllowedError: 403,
  NotFoundError: 404,
  ConflictError: 409,
  PayloadTooLargeError: 413,
  UnsupportedMediaTypeError: 415,
  UnprocessableError: 422,
  ServiceUnavailableError: 503,
} as const;

/** Name of an error that a route answers with. */
export type RequestErrorName = keyof typeof STATUS;

/**
 * A request that is refused. The answer's body has the sentence, a code for
 * programs and the path of the offending field. Holds no secret.
 */
export class RequestError extends Error {
  readonly status: number;
  readonly code?: string;
  readonly field?: string;

  constructor(
    name: RequestErrorName,
    message: string,
    options: { code?: string; field?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = name;
    this.status = STATUS[name];
    this.code = options.code;
    this.field = options.field;
  }
}
