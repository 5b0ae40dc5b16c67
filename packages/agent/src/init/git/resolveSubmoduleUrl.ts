import { AgentError } from '../../program';

/**
 * Resolves the URL of a submodule against the URL of the repository that
 * names it, as `git submodule` does: only `./` and `../` are relative.
 *
 * @throws AgentError `SubmoduleRefused` when `..` leaves the host
 */
export function resolveSubmoduleUrl(parent: string, url: string): string {
  if (!/^\.{1,2}\//.test(url)) return url;
  const [, head, tail] =
    /^([a-z]+:\/\/[^/]+\/|[^/:]+@[^/:]+:)(.*)$/.exec(parent) ?? [];
  if (head === undefined) return url;
  const parts = tail.split('/').filter(part => part !== '');
  for (const part of url.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') {
      parts.push(part);
    } else if (parts.pop() === undefined) {
      throw new AgentError(
        'SubmoduleRefused',
        'A submodule\u2019s relative URL leaves the host of its repository.',
      );
    }
  }
  return `${head}${parts.join('/')}`;
}
