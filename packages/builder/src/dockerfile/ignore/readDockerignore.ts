import { trimSpace } from '../text/whitespace';
import { cleanPath } from './cleanPath';

/**
 * Reads a `.dockerignore` file into patterns for {@link createIgnoreMatcher}:
 * comments (`#` in the first column), empty lines and a byte order mark are
 * dropped, white space around patterns is removed, paths are cleaned, and a
 * slash at the start means nothing. Order is kept, `!` stays in front.
 *
 * @public
 */
export function readDockerignore(text: string | Uint8Array): string[] {
  const content =
    typeof text === 'string' ? text : new TextDecoder().decode(text);
  const patterns: string[] = [];
  for (const line of content.replace(/^\uFEFF/, '').split('\n')) {
    const pattern = trimSpace(line);
    if (line.startsWith('#') || pattern === '') continue;
    const exception = pattern.startsWith('!');
    const path = exception ? trimSpace(pattern.slice(1)) : pattern;
    patterns.push((exception ? '!' : '') + (path && relative(cleanPath(path))));
  }
  return patterns;
}

function relative(path: string): string {
  return path.length > 1 && path.startsWith('/') ? path.slice(1) : path;
}
