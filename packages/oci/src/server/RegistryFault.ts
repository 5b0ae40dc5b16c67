import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/**
 * Error codes of the distribution specification ("Error Codes"), and those of
 * the distribution project where the specification has none.
 */
export type RegistryFaultCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'RANGE_INVALID'
  | 'SIZE_INVALID'
  | 'TAG_INVALID'
  | 'UNAUTHORIZED'
  | 'UNKNOWN'
  | 'UNSUPPORTED';

/** A request that is answered with an error. The message goes to the client. */
export class RegistryFault extends Error {
  readonly name = 'RegistryFault';

  constructor(
    readonly status: number,
    readonly code: RegistryFaultCode,
    message: string,
    readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
  }
}

/** Writes a fault as the specification's JSON; to HEAD without the body. */
export function sendFault(
  response: ServerResponse,
  fault: RegistryFault,
): void {
  const { status, code, message, headers } = fault;
  const body = JSON.stringify({ errors: [{ code, message }] });
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  // Node itself leaves the body out where the request was HEAD.
  response.end(body);
}
