/**
 * Set-up cannot go on. The message is one sentence that says what to do;
 * it is printed without a stack.
 */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {{ cause?: unknown }} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = 'SetupError';
  }
}

/**
 * Ends the process after `main`: code 0, or 1 with the sentence of a
 * SetupError or the stack of anything else.
 *
 * @param {() => Promise<void>} main
 */
export async function exitAfter(main) {
  try {
    await main();
  } catch (error) {
    const text =
      error instanceof SetupError ? error.message : error?.stack ?? error;
    process.stderr.write(`\nbuildog: ${text}\n`);
    process.exitCode = 1;
  }
}
