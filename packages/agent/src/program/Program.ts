import type { z } from 'zod';
import type { AgentProgram } from '../protocol';

/** What a program may use besides its input. */
export interface ProgramContext {
  /** Writes one line to standard output. */
  log: (line: string) => void;
  /** Aborted by SIGTERM. */
  signal: AbortSignal;
  /** File with the program's credential; it may not exist. */
  credentialPath: string;
  /** Directory that only this container sees. */
  scratchPath: string;
  /** Environment of the process. */
  env: NodeJS.ProcessEnv;
}

/**
 * One of the agent's programs. `run` is called once per process; what it
 * returns becomes the result file, what it throws the failure in it.
 */
export interface Program<TInput extends z.ZodType = z.ZodType> {
  name: AgentProgram;
  inputSchema: TInput;
  /** Path of the credential file unless the environment gives another. */
  credentialPath: string;
  run: (
    input: z.output<TInput>,
    context: ProgramContext,
  ) => Promise<{ ok: true }>;
}
