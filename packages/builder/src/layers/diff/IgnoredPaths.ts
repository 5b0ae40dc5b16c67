import { parentOf } from '../path/parentOf';

/** Paths that are no part of a layer, with everything below them. */
export class IgnoredPaths {
  private readonly paths: ReadonlySet<string>;

  /** @param paths - relative to the root, without slashes at the ends */
  constructor(paths: Iterable<string> = []) {
    this.paths = new Set(
      [...paths].map(path => path.replace(/^\/+|\/+$/g, '')),
    );
  }

  /** Directories that something ignored may stand in. */
  get parents(): ReadonlySet<string> {
    return new Set([...this.paths].map(parentOf));
  }

  has(path: string): boolean {
    return this.paths.has(path);
  }
}
