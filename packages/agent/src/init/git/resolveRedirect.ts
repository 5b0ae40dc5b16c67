import { request, type Dispatcher } from 'undici';
import { AgentError } from '../../program';

const SUFFIX = '/info/refs?service=git-upload-pack';
const HOP_LIMIT = 5;

/**
 * Finds where a smart-http server redirects a repository to, such as from
 * `/team/app` to `/team/app.git` or from http to https. Only the same host is
 * followed, and a credential goes only to its own origin.
 *
 * @throws AgentError `GitRedirectRefused` naming the other host
 */
export async function resolveRedirect(
  repository: string,
  dispatcher: Dispatcher,
  authorization?: string,
): Promise<string> {
  const start = new URL(repository);
  let at = new URL(`${repository.replace(/\/+$/, '')}${SUFFIX}`);
  for (let hop = 0; hop < HOP_LIMIT; hop++) {
    const sameOrigin = at.origin === start.origin;
    const answer = await request(at, {
      dispatcher,
      headers: authorization && sameOrigin ? { authorization } : {},
    }).catch(cause => {
      throw new AgentError(
        'GitHostUnreachable',
        `${start.host} cannot be reached.`,
        { cause },
      );
    });
    await answer.body.dump({ limit: 65_536 }).catch(() => undefined);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.statusCode)) {
      return stripSuffix(at);
    }
    if (typeof location !== 'string' || !URL.canParse(location, at)) break;
    const next = new URL(location, at);
    requireSameHost(at, next);
    at = next;
  }
  throw new AgentError(
    'GitRedirectRefused',
    `${start.host} redirects without end: use the repository's final address.`,
  );
}

function requireSameHost(from: URL, to: URL): void {
  const upgraded = from.protocol === 'http:' && to.protocol === 'https:';
  const same = to.origin === from.origin;
  if (same || (upgraded && to.hostname === from.hostname)) return;
  throw new AgentError(
    'GitRedirectRefused',
    `${from.host} redirects to ${to.protocol}//${to.host}, which is not followed: use that address if it is the right one.`,
  );
}

function stripSuffix(url: URL): string {
  if (!url.href.endsWith(SUFFIX)) {
    throw new AgentError(
      'GitRedirectRefused',
      `${url.host} redirects to a page that is no git repository.`,
    );
  }
  return url.href.slice(0, -SUFFIX.length);
}
