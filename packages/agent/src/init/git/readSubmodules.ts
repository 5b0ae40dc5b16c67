import { AgentError, printable } from '../../program';
import type { TreeEntry } from './listTree';
import type { Repository } from './Repository';

/** A submodule as the commit of its parent has it. */
export interface Submodule {
  /** Where it belongs, relative to the parent's root, in Latin-1. */
  path: string;
  /** As written in `.gitmodules`; it may be relative. */
  url: string;
  revision: string;
}

/**
 * Finds the URL of each submodule of a commit. Only `path` and `url` of
 * `.gitmodules` are looked at; `update`, `branch` and the rest are ignored.
 *
 * @throws AgentError `SubmoduleInvalid`
 */
export async function readSubmodules(
  repository: Repository,
  revision: string,
  entries: readonly TreeEntry[],
): Promise<Submodule[]> {
  const wanted = entries.filter(({ kind }) => kind === 'submodule');
  if (wanted.length === 0) return [];
  const { stdout } = await repository.git({
    args: ['config', '--blob', `${revision}:.gitmodules`, '--list', '-z'],
  });
  const urls = urlsByPath(stdout.toString('latin1'));
  return wanted.map(({ path, id }) => {
    const url = urls.get(path);
    if (url === undefined) {
      throw new AgentError(
        'SubmoduleInvalid',
        `The submodule ${printable(
          Buffer.from(path, 'latin1').toString(),
        )} has no URL in .gitmodules.`,
      );
    }
    return { path, url, revision: id };
  });
}

function urlsByPath(listing: string): Map<string, string> {
  const modules = new Map<string, { path?: string; url?: string }>();
  for (const record of listing.split('\0')) {
    const [, name, key, value] =
      /^submodule\.([^]*)\.(path|url)\n([^]*)$/.exec(record) ?? [];
    if (name === undefined) continue;
    modules.set(name, { ...modules.get(name), [key]: value });
  }
  const urls = new Map<string, string>();
  for (const { path, url } of modules.values()) {
    if (path !== undefined && url !== undefined) urls.set(path, url);
  }
  return urls;
}
