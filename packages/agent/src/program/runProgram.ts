import { tmpdir } from 'node:os';
import {
  agentEnvironment,
  agentPaths,
  agentReasons,
  exitCodes,
  inputPath,
  PROTOCOL_VERSION,
  type AgentExitCode,
  type AgentReasonCode,
} from '../protocol';
import { AgentError } from './AgentError';
import type { Program } from './Program';
import { readInput } from './readInput';
import { toAgentError } from './toAgentError';
import { writeResult } from './writeResult';

/** What a process gives to the program it runs. */
export interface RunProgramOptions {
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
  /** Aborted by SIGTERM. */
  signal: AbortSignal;
}

/**
 * Runs a program from its input file to its result file. Never rejects
 * because of the program; the exit code says how it went.
 */
export async function runProgram(
  program: Program,
  { env, log, signal }: RunProgramOptions,
): Promise<AgentExitCode> {
  const resultPath = env[agentEnvironment.result] ?? agentPaths.result;
  try {
    const input = await readInput(
      env[agentEnvironment.input] ?? inputPath(program.name),
      program.inputSchema,
    );
    const result = await program.run(input, {
      env,
      log,
      signal,
      credentialPath:
        env[agentEnvironment.credential] ?? program.credentialPath,
      scratchPath: env[agentEnvironment.scratch] ?? tmpdir(),
    });
    await writeResult(resultPath, result);
    return exitCodes.ok;
  } catch (error) {
    const failure =
      signal.aborted && !(error instanceof AgentError)
        ? new AgentError('Terminated', `${program.name} was told to stop.`)
        : toAgentError(error);
    log(`${program.name} failed: ${failure.code}: ${failure.message}`);
    await writeResult(resultPath, {
      protocolVersion: PROTOCOL_VERSION,
      program: program.name,
      ok: false,
      reason: failure.toReason(),
    });
    return exitCodeOf(failure.code);
  }
}

function exitCodeOf(code: AgentReasonCode): AgentExitCode {
  if (code === 'InputInvalid' || code === 'ProtocolUnsupported') {
    return exitCodes.input;
  }
  if (code === 'Terminated') return exitCodes.terminated;
  if (code === 'AgentFailed') return exitCodes.internal;
  switch (agentReasons[code].category) {
    case 'User':
      return exitCodes.user;
    case 'Policy':
      return exitCodes.policy;
    default:
      return exitCodes.infrastructure;
  }
}
