const started = Date.now();

/**
 * Prints one plain line of progress to stderr, with the seconds since the
 * command began, so that a log shows where the time went.
 *
 * @param {string} text
 */
export function say(text) {
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(7);
  process.stderr.write(`[buildog ${seconds}s] ${text}\n`);
}
