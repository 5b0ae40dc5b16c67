/**
 * Exit codes of every program. The result file says more; the code is what
 * is left when the result is lost.
 *
 * @public
 */
export const exitCodes = {
  /** The work is done and the result file says `ok: true`. */
  ok: 0,
  /** A bug in the agent. */
  internal: 1,
  /** The input is missing, malformed or of another protocol version. */
  input: 2,
  /** The user's source, Dockerfile or image is at fault. */
  user: 10,
  /** A server, the network or the node is at fault. */
  infrastructure: 11,
  /** A rule of the administrators forbids it. */
  policy: 12,
  /** SIGTERM came before the work was done (128 + 15, as shells say it). */
  terminated: 143,
} as const;

/**
 * An exit code of an agent program.
 *
 * @public
 */
export type AgentExitCode = (typeof exitCodes)[keyof typeof exitCodes];
