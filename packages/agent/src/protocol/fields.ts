import { z } from 'zod';

/** A git object id: SHA-1 or SHA-256 in lower-case hex, never abbreviated. */
export const revisionSchema = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a full commit id');

/** A content digest. Only sha256 is used between controller and agent. */
export const digestSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits');

/** An absolute path of the container, without `.` or `..` components. */
export const absolutePathSchema = z
  .string()
  .max(4096)
  .regex(/^\//, 'must be absolute')
  .refine(isCleanPath, 'must not contain `.`, `..`, NUL or empty components');

/**
 * A path relative to the root of the source. `.` is the root itself. Its
 * components are never `.git`, so that no path reaches git's own files.
 */
export const sourcePathSchema = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^/]/, 'must be relative')
  .refine(
    path => path === '.' || isCleanPath(`/${path}`),
    'must not contain `.`, `..`, control characters or empty components',
  )
  .refine(
    path => !path.split('/').some(part => part.toLowerCase() === '.git'),
    'must not name git\u2019s own directory',
  );

/** A full ref name, by the rules of git-check-ref-format. */
export const refSchema = z
  .string()
  .max(255)
  .regex(/^refs\/[^/]/, 'must be a full ref name, such as refs/heads/main')
  .refine(isRefName, 'must satisfy git check-ref-format');

/** Host, or host and port, in lower case, as it stands in a URL. */
export const hostSchema = z
  .string()
  .max(261)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?$/,
    'must be a lower-case host or host:port',
  );

/**
 * How programs reach servers: proxies by scheme and the hosts without one.
 *
 * @public
 */
export const proxySchema = z.strictObject({
  http: z.url({ protocol: /^https?$/ }).optional(),
  https: z.url({ protocol: /^https?$/ }).optional(),
  /** Hosts or domains (with a leading dot) that are reached directly. */
  noProxy: z.array(z.string().min(1).max(255)).max(256).default([]),
});

/**
 * Proxies of a program.
 *
 * @public
 */
export type ProxySettings = z.infer<typeof proxySchema>;

function isCleanPath(path: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are the point
  if (/[\u0000-\u001f\u007f]/.test(path)) return false;
  return path
    .split('/')
    .slice(1)
    .every(part => part !== '' && part !== '.' && part !== '..');
}

function isRefName(ref: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are the point
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/.test(ref)) {
    return false;
  }
  return ref
    .split('/')
    .every(part => !part.startsWith('.') && !part.endsWith('.lock'));
}
