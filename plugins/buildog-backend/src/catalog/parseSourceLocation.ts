/** Where an entity's source is. */
export interface SourceLocation {
  /** Clone URL without credentials. */
  repositoryUrl: string;
  /** Branch that the location names, as the URL has it. */
  branch?: string;
  /** Relative clean folder in the repository; `.` is its root. */
  folder: string;
}

/** What stands between repository and branch in the URLs of the common hosts. */
const TREE =
  /^\/(?:-\/)?(?:tree|blob|src\/branch|src|raw)\/([^/]+)(?:\/(.*))?$/;

const PARENT = /\/(?:\.|%2e){2}(?:\/|$)/i;

/**
 * Reads `backstage.io/source-location`: `url:` and the address of a folder
 * on a git host, as Backstage writes it for GitHub, GitLab, Bitbucket and
 * Gitea, or of any git server as long as the repository ends in `.git`.
 *
 * @returns nothing when there is no git repository in it.
 */
export function parseSourceLocation(
  annotation: string,
): SourceLocation | undefined {
  const text = /^url:(https?:\/\/.+|ssh:\/\/.+)$/.exec(annotation.trim())?.[1];
  // A URL parser would fold `..` away and name another folder than was written.
  if (!text || PARENT.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.password || (url.protocol !== 'ssh:' && url.username)) {
    return undefined;
  }
  const found = splitPath(url.pathname);
  if (!found) return undefined;
  const tree = TREE.exec(found.rest);
  const folder = cleanFolder(tree?.[2] ?? '');
  if ((found.rest && found.rest !== '/' && !tree) || folder === undefined) {
    return undefined;
  }
  return {
    repositoryUrl: `${url.protocol}//${url.username && `${url.username}@`}${
      url.host
    }${found.repository}`,
    ...(tree && { branch: decodeURIComponent(tree[1]) }),
    folder,
  };
}

/** Repository path and what follows it. */
function splitPath(path: string) {
  const explicit = /^(\/.+?\.git)(\/.*)?$/.exec(path);
  if (explicit) return { repository: explicit[1], rest: explicit[2] ?? '' };
  const marked = /^(\/.+?\/[^/]+?)(\/(?:-\/)?(?:tree|blob|src|raw)\/.*)$/.exec(
    path,
  );
  if (marked) return { repository: marked[1], rest: marked[2] };
  const plain = /^(\/[^/]+(?:\/[^/]+)+?)\/?$/.exec(path);
  return plain && { repository: plain[1], rest: '' };
}

/** A folder without `.`, `..` and empty parts; nothing where it would leave the repository. */
function cleanFolder(path: string): string | undefined {
  const parts = decodeURIComponent(path)
    .split('/')
    .filter(part => part !== '' && part !== '.');
  if (parts.includes('..')) return undefined;
  return parts.join('/') || '.';
}
