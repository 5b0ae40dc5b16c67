import { IgnorePattern } from './IgnorePattern';

/** What is known of a folder, for those who walk a tree from the top. @public */
export interface IgnoreState {
  /** The path itself is ignored. Something below may still be kept. */
  readonly ignored: boolean;
  /** For {@link IgnoreMatcher.enter}. */
  readonly matched: readonly boolean[];
}

/** Says which files of a build context are left out. @public */
export interface IgnoreMatcher {
  /**
   * Whether a path is left out. Paths are relative to the context, with `/`, no
   * slash at either end. The root (`''` or `.`) never is.
   */
  ignores(path: string): boolean;
  /**
   * The same for one step of a walk: quicker, because what the parent is known
   * to match is not matched again.
   *
   * @param parent - what `enter` said of the parent; undefined at the top
   */
  enter(path: string, parent?: IgnoreState): IgnoreState;
  /**
   * Whether an exception (`!`) may keep something below an ignored folder. When
   * false the folder need not be looked into. Says true more often than needed.
   */
  mayKeepBelow(folder: string): boolean;
}

/**
 * Makes a matcher of `.dockerignore` patterns with the semantics of BuildKit
 * 0.26: patterns are tried in order and the last that applies wins; a pattern
 * that means a folder also means everything below it; `!` keeps again; `**` is
 * any number of folders. No pattern can make it slow.
 *
 * @param patterns - from `readDockerignore`, or of `COPY --exclude`
 * @throws BuilderError `validation` for a pattern that is not valid
 * @public
 */
export function createIgnoreMatcher(
  patterns: readonly string[],
): IgnoreMatcher {
  const compiled = patterns
    .map(IgnorePattern.parse)
    .filter((pattern): pattern is IgnorePattern => pattern !== undefined);
  const exceptions = compiled.filter(pattern => pattern.exception);

  function enter(path: string, parent?: IgnoreState): IgnoreState {
    const matched: boolean[] = [];
    let ignored = false;
    for (const [index, pattern] of compiled.entries()) {
      // Only a pattern that would change the verdict is looked at, unless it
      // already meant the parent.
      const applies =
        parent?.matched[index] ||
        (pattern.exception === ignored && pattern.matches(path));
      matched.push(applies);
      if (applies) ignored = !pattern.exception;
    }
    return { ignored, matched };
  }

  /** The folder that was asked for last: walks come in its order. */
  let recent: { folder: string; state?: IgnoreState } = { folder: '' };

  function stateOf(folder: string): IgnoreState | undefined {
    if (folder === '') return undefined;
    if (recent.folder === folder) return recent.state;
    const state = enter(folder, stateOf(parentOf(folder)));
    recent = { folder, state };
    return state;
  }

  return {
    enter,
    ignores(path) {
      if (path === '' || path === '.' || compiled.length === 0) return false;
      return enter(path, stateOf(parentOf(path))).ignored;
    },
    mayKeepBelow(folder) {
      return exceptions.some(
        ({ literalStart }) =>
          literalStart === '' ||
          isBelow(literalStart, folder) ||
          isBelow(folder, literalStart),
      );
    },
  };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
