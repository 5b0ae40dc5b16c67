import { BuilderError } from '../../errors/BuilderError';
import type { DockerfileWarning } from '../../dockerfile/Dockerfile';

/**
 * What the directive `# check=skip=…;error=true` says (Dockerfile reference,
 * "check"). Options that are not known are passed over.
 */
export class CheckRules {
  readonly #skipped: ReadonlySet<string>;
  readonly #areErrors: boolean;

  private constructor(skipped: ReadonlySet<string>, areErrors: boolean) {
    this.#skipped = skipped;
    this.#areErrors = areErrors;
  }

  static parse(directive: string | undefined): CheckRules {
    let skipped = new Set<string>();
    let areErrors = false;
    for (const option of (directive ?? '').split(';')) {
      const equals = option.indexOf('=');
      const name = option.slice(0, Math.max(0, equals)).trim();
      const value = option.slice(equals + 1).trim();
      if (name === 'skip') {
        skipped = new Set(value.split(',').map(rule => rule.trim()));
      } else if (name === 'error') areErrors = value.toLowerCase() === 'true';
    }
    return new CheckRules(skipped, areErrors);
  }

  /**
   * The warnings that are wanted.
   *
   * @throws BuilderError `validation` when there are some and they count as errors
   */
  apply(warnings: readonly DockerfileWarning[]): DockerfileWarning[] {
    const kept = warnings.filter(
      ({ code }) => !this.#skipped.has('all') && !this.#skipped.has(code),
    );
    const [first, ...others] = kept;
    if (!this.#areErrors || !first) return kept;
    const { file, line } = first.position;
    const more = others.length ? ` (and ${others.length} more)` : '';
    throw new BuilderError(
      'validation',
      `${file}:${line}: ${first.message} [${first.code}]${more}; the Dockerfile says with "# check=error=true" that this is an error`,
      { position: first.position, operation: 'check' },
    );
  }
}
