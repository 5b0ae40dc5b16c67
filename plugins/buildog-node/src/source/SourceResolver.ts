/**
 * Finds the commit of a ref and reads files at a commit. The default one is
 * a hardened git that works with plain smart-http servers. Called by the
 * controller and by the API, concurrently; must honour the signal and the
 * administrators' allowed hosts, and must follow no redirect to another host
 * with credentials.
 *
 * Errors are `SourceError` with a Reason.
 * @public
 */
export interface SourceResolver {
  readonly contractVersion: 1;
  /** True when this resolver is for that repository. First one wins. */
  handles(repositoryUrl: string): boolean;
  /** Branches and the default one; at most 1,000. */
  listBranches(
    repositoryUrl: string,
    options: { signal: AbortSignal },
  ): Promise<{
    defaultBranch?: string;
    branches: { name: string; revision: string }[];
  }>;
  /**
   * The commit that `ref` points to now; without a ref, that of the default
   * branch.
   */
  resolve(
    repositoryUrl: string,
    ref: string | undefined,
    options: { signal: AbortSignal },
  ): Promise<{ revision: string; ref: string; branch?: string }>;
}
