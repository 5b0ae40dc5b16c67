import { isError } from '@backstage/errors';

/** An error's own words, for a log line or a message of ours. */
export function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}

/** Node's code (`ECONNREFUSED`), where there is one. */
export function codeOf(error: unknown): string | undefined {
  return isError(error) && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** Whether an error is of that name, whichever realm made it. */
export function isNamed(error: unknown, name: string): boolean {
  return isError(error) && error.name === name;
}
