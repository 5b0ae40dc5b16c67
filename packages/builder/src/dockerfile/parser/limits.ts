/**
 * How large a Dockerfile may be. Real ones stay far below; the limits keep
 * parsing and planning of hostile ones within a second and some megabytes.
 */
export const limits = {
  /** Bytes of a Dockerfile. */
  fileBytes: 4 * 1024 * 1024,
  /** Bytes of one line, as in BuildKit. */
  lineBytes: 65_535,
  instructions: 10_000,
  /** Characters of a word after variables were put in. */
  wordLength: 1024 * 1024,
  /** Characters of a pattern in `${name#pattern}`. */
  patternLength: 1024,
  /** Depth of `${a:-${b:-…}}`. */
  nesting: 64,
  /** Characters that all instructions of a plan may expand to. */
  planLength: 64 * 1024 * 1024,
} as const;
