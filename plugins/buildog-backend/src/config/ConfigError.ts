/**
 * Something below `buildog` in app-config is wrong. The message has one line
 * for each mistake: the key, the value (never of a secret) and the remedy.
 * Not worth a retry.
 */
export class ConfigError extends Error {
  readonly code = 'InvalidConfig';
  readonly retryable = false;
  readonly problems: readonly string[];

  constructor(problems: string[], options?: { cause?: unknown }) {
    super(
      `app-config is not usable:\n${problems.map(p => `  ${p}`).join('\n')}`,
      options,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
