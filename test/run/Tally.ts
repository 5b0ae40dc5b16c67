/** What one stage of the test run found. */
export interface StageResult {
  stage: string;
  passed: number;
  /** One line for each test that failed: which, and why. */
  failures: string[];
  seconds: number;
}

/**
 * Adds up the stages and knows what really ran, so that the last lines of a
 * run can be believed.
 */
export class Tally {
  readonly #results: StageResult[] = [];
  readonly #ran = new Map<string, Set<string>>();

  /**
   * Runs a stage. An exception of the stage itself counts as one failure, so
   * that a suite that cannot start never looks like an empty one.
   */
  async stage(
    name: string,
    work: () => Promise<{ passed: number; failures: string[] }>,
  ): Promise<boolean> {
    const started = Date.now();
    process.stderr.write(`\n=== ${name}\n`);
    let result: { passed: number; failures: string[] };
    try {
      result = await work();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      result = { passed: 0, failures: [`${name}: ${text}`] };
    }
    const seconds = (Date.now() - started) / 1000;
    this.#results.push({ stage: name, ...result, seconds });
    process.stderr.write(
      `=== ${name}: ${result.passed} passed, ${
        result.failures.length
      } failed (${seconds.toFixed(0)} s)\n`,
    );
    for (const failure of result.failures) {
      process.stderr.write(`    FAILED ${failure}\n`);
    }
    return result.failures.length === 0;
  }

  /** Notes that a builder, a database or a cluster was really used. */
  ran(kind: 'builder' | 'database' | 'cluster', detail: string): void {
    const details = this.#ran.get(kind) ?? new Set();
    this.#ran.set(kind, details.add(detail));
  }

  /** What of a kind ran. */
  whatRan(kind: 'builder' | 'database' | 'cluster'): string[] {
    return [...(this.#ran.get(kind) ?? [])].sort();
  }

  get failed(): number {
    return this.#results.reduce((sum, r) => sum + r.failures.length, 0);
  }

  get passed(): number {
    return this.#results.reduce((sum, r) => sum + r.passed, 0);
  }

  /** The summary; its last line is `N passed, N failed`. */
  summary(): string {
    const rows = this.#results.map(
      r =>
        `  ${r.stage.padEnd(34)} ${String(r.passed).padStart(
          6,
        )} passed ${String(r.failures.length).padStart(4)} failed ${r.seconds
          .toFixed(0)
          .padStart(6)} s`,
    );
    const list = (kind: 'builder' | 'database' | 'cluster') =>
      this.whatRan(kind).join(', ') || 'none';
    return [
      '',
      'Stages',
      ...rows,
      `Builders that ran the full end to end: ${list('builder')}`,
      `Databases: ${list('database')}`,
      `Cluster: ${list('cluster')}`,
      `${this.passed} passed, ${this.failed} failed`,
      '',
    ].join('\n');
  }
}
