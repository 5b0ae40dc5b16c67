import type { IncomingMessage, ServerResponse } from 'node:http';
import { RegistryFault } from './RegistryFault';
import type { RegistryStore } from './storage/RegistryStore';

/** One request, its answer, and what is needed to give it. */
export interface Exchange {
  readonly store: RegistryStore;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly query: URLSearchParams;
}

/** The first value of a query parameter; `undefined` for an empty one. */
export function parameter(
  { query }: Pick<Exchange, 'query'>,
  name: string,
): string | undefined {
  return query.get(name) || undefined;
}

/** Answers without a body. */
export function sendEmpty(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number> = {},
): void {
  response.writeHead(status, { 'content-length': 0, ...headers }).end();
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  document: object,
  headers: Record<string, string | number> = {},
): void {
  const body = Buffer.from(JSON.stringify(document));
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': body.length,
    ...headers,
  });
  response.end(body);
}

/** The fault for a method that a path does not have. */
export function wrongMethod(allow: string): RegistryFault {
  return new RegistryFault(
    405,
    'UNSUPPORTED',
    `only ${allow} is supported here`,
    { allow },
  );
}
