import {
  agentReasons,
  type AgentReason,
  type AgentReasonCode,
} from '../protocol';

/**
 * What may be said about an {@link AgentError} besides its sentence.
 *
 * @public
 */
export interface AgentErrorOptions extends ErrorOptions {
  /** Line of the Dockerfile that is at fault, from 1. */
  line?: number;
}

/**
 * The one error that programs of the agent throw on purpose. Its code is in
 * a closed list; whoever has to act and whether trying again helps follow
 * from the code. The message never contains credentials or file contents.
 *
 * @public
 */
export class AgentError extends Error {
  /** Tells it from other errors across realms. */
  readonly name = 'AgentError';
  /** What went wrong, from a closed list. */
  readonly code: AgentReasonCode;
  /** Line of the Dockerfile that is at fault, from 1. */
  readonly line?: number;

  constructor(
    code: AgentReasonCode,
    message: string,
    options: AgentErrorOptions = {},
  ) {
    super(message, options);
    this.code = code;
    this.line = options.line;
  }

  /** Whether the same attempt can succeed later without anybody acting. */
  get retryable(): boolean {
    return agentReasons[this.code].retryable;
  }

  /** The error as the result file has it. */
  toReason(): AgentReason {
    const { category, retryable } = agentReasons[this.code];
    const message = this.message.slice(0, 1024);
    return {
      code: this.code,
      message,
      category,
      retryable,
      ...(this.line !== undefined && { line: this.line }),
    };
  }
}
