import { SyntaxProblem } from '../dockerfile/parser/statementError';
import { quote } from '../dockerfile/text/redact';

/** A git repository as `ADD` names it. */
export interface GitAddress {
  /** What git is given: without fragment and query. */
  readonly remote: string;
  /** Branch, tag or SHA. */
  readonly ref?: string;
  readonly subdirectory?: string;
  readonly checksum?: string;
  readonly keepGitDirectory?: boolean;
  readonly submodules?: boolean;
}

type Draft = { -readonly [Key in keyof GitAddress]: GitAddress[Key] };

/**
 * Reads a git address (Dockerfile reference, "Adding files from a Git
 * repository"): `https://….git`, `http://….git`, `ssh://…`, `git://…` or
 * `user@host:path`, then `?ref=…&subdir=…` or `#ref:subdir`. Undefined for
 * everything else, which is then a path or another address.
 *
 * @throws SyntaxProblem for a git address with options that are not valid
 */
export function parseGitAddress(text: string): GitAddress | undefined {
  const hash = text.indexOf('#');
  const fragment = hash < 0 ? '' : text.slice(hash + 1);
  const front = hash < 0 ? text : text.slice(0, hash);
  const mark = front.indexOf('?');
  const remote = mark < 0 ? front : front.slice(0, mark);
  const query = mark < 0 ? '' : front.slice(mark + 1);
  const isUrl = /^[a-zA-Z0-9]+:\/\//.test(remote);
  if (isUrl ? !isGitUrl(remote) : !/^[\w-]+@[a-zA-Z0-9.-]+:/.test(remote)) {
    return undefined;
  }
  const draft: Draft = { remote };
  const colon = fragment.indexOf(':');
  const ref = decode(colon < 0 ? fragment : fragment.slice(0, colon));
  const subdirectory = colon < 0 ? '' : decode(fragment.slice(colon + 1));
  if (ref) draft.ref = ref;
  if (subdirectory) draft.subdirectory = subdirectory;
  readQuery(draft, new URLSearchParams(query), text);
  return draft;
}

/** True for an http(s) address that is no git repository. */
export function isHttpAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && parseGitAddress(text) === undefined;
}

function isGitUrl(remote: string): boolean {
  if (!URL.canParse(remote)) return false;
  const { protocol, pathname } = new URL(remote);
  if (protocol === 'ssh:' || protocol === 'git:') return true;
  return /^https?:$/.test(protocol) && decode(pathname).endsWith('.git');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readQuery(draft: Draft, query: URLSearchParams, text: string): void {
  const refs: string[] = draft.ref ? [draft.ref] : [];
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    const [value] = values;
    const fail = (reason: string): never => {
      throw new SyntaxProblem(
        `the option ${quote(name)} of the git address ${quote(text)} ${reason}`,
      );
    };
    if (values.length > 1) fail('is given twice');
    const isFlag = name === 'keep-git-dir' || name === 'submodules';
    if (value === '' && !isFlag) fail('has no value');
    if (name === 'ref') refs.push(value);
    else if (name === 'tag') refs.push(withPrefix('refs/tags/', value));
    else if (name === 'branch') refs.push(withPrefix('refs/heads/', value));
    else if (name === 'subdir') {
      if ((draft.subdirectory ?? value) !== value) {
        fail(`and the fragment say different things`);
      }
      draft.subdirectory = value;
    } else if (name === 'checksum' || name === 'commit') draft.checksum = value;
    else if (isFlag) {
      const on = /^(|1|t|true)$/i.test(value);
      if (!on && !/^(0|f|false)$/i.test(value)) fail('is true or false');
      if (name === 'submodules') draft.submodules = on;
      else draft.keepGitDirectory = on;
    } else fail('is not known');
  }
  if (new Set(refs).size > 1) {
    throw new SyntaxProblem(
      `the git address ${quote(text)} names several revisions: ${refs.join(
        ', ',
      )}`,
    );
  }
  if (refs.length) [draft.ref] = refs;
}

function withPrefix(prefix: string, name: string): string {
  return name.startsWith(prefix) ? name : prefix + name;
}
