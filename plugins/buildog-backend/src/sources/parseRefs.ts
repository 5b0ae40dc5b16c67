/** What a server says about its refs. */
export interface AdvertisedRefs {
  /** Full name of the default branch, where the server says it. */
  head?: string;
  /** Full name to commit; annotated tags are peeled to their commit. */
  refs: Map<string, string>;
}

const LINE = /^([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)$/;
const SYMREF = /^ref: (refs\/heads\/\S+)\tHEAD$/;

/**
 * Reads the output of `git ls-remote --symref`. Lines of another form are
 * passed over.
 */
export function parseRefs(output: string): AdvertisedRefs {
  const refs = new Map<string, string>();
  let head: string | undefined;
  for (const line of output.split('\n')) {
    head ??= SYMREF.exec(line)?.[1];
    const [, revision, name] = LINE.exec(line) ?? [];
    // A peeled tag comes after the tag object and replaces it.
    if (name) refs.set(name.replace(/\^\{\}$/, ''), revision);
  }
  return { head, refs };
}
