/** A case of the corpus, laid out for a builder: nothing in it is a builder's own. */
export interface PreparedCase {
  /** For example `07-copy-chmod`. */
  name: string;
  /** The folder with the context. */
  context: string;
  /** The Dockerfile, by its path below the context. */
  dockerfile: string;
  /** Build arguments. */
  args: Readonly<Record<string, string>>;
  /** The stage to build; the last when absent. */
  target?: string;
  /** One or more, as `os/architecture[/variant]`; the machine's own when absent. */
  platforms?: readonly string[];
  /** Id of a secret to the file that holds it. */
  secrets: Readonly<Record<string, string>>;
}

/** A builder that the corpus can be built with. */
export interface CorpusBuilder {
  name: string;
  /**
   * Builds a case into a new OCI layout. The bases lie in a plain http registry
   * on the loopback. Called for several cases at once.
   *
   * @param layout - a folder that does not exist yet
   * @throws Error with the end of the builder's output, when it refuses or fails.
   */
  build(prepared: PreparedCase, layout: string): Promise<void>;
  /** Whether the builder gives this time (in seconds) to what it makes itself. */
  isBuildTime(mtime: number): boolean;
  /** Ends what it started and removes what it made, mounts included. */
  close(): Promise<void>;
}
