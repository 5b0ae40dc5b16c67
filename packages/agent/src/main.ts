import { version } from '../package.json';
import { init } from './init/init';
import { agentPrograms, exitCodes } from './protocol';
import { banner, runProgram, type Program } from './program';
import { publish } from './publish/publish';
import { sidecar } from './sidecar/sidecar';

const programs: Record<string, Program> = { init, publish, sidecar };

/**
 * The agent's command line: `agent <init|publish|sidecar>`, nothing else.
 * Everything a program needs comes from files, see PROTOCOL.md.
 *
 * @returns the exit code
 */
export async function main(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<number> {
  log(banner(version, env));
  const [name, ...rest] = argv;
  const program = Object.hasOwn(programs, name ?? '')
    ? programs[name]
    : undefined;
  if (!program || rest.length > 0) {
    log(`usage: agent ${agentPrograms.join('|')}`);
    return exitCodes.input;
  }
  return runProgram(program, { env, log, signal });
}
