import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentEnvironment, type AgentExitCode } from '../protocol';
import { runProgram, type Program } from '../program';
import { temporaryFolder } from './temporaryFolder';

/** What a run of a program left behind. */
export interface Run {
  code: AgentExitCode;
  lines: string[];
  /** Parsed result file. */
  result: unknown;
}

/** Runs a program from input file to result file, as its process would. */
export async function runForTest(
  program: Program,
  input: unknown,
  options: {
    credential?: unknown;
    env?: NodeJS.ProcessEnv;
    signal?: AbortSignal;
  } = {},
): Promise<Run> {
  const directory = temporaryFolder('buildog-run');
  const path = (name: string) => join(directory, name);
  const { credential } = options;
  writeFileSync(path('input.json'), JSON.stringify(input));
  if (credential !== undefined) {
    const text =
      typeof credential === 'string' ? credential : JSON.stringify(credential);
    writeFileSync(path('credential'), text);
  }
  const lines: string[] = [];
  const code = await runProgram(program, {
    log: line => lines.push(line),
    signal: options.signal ?? new AbortController().signal,
    env: {
      ...options.env,
      [agentEnvironment.input]: path('input.json'),
      [agentEnvironment.result]: path('result.json'),
      [agentEnvironment.credential]: path('credential'),
      [agentEnvironment.scratch]: directory,
    },
  });
  const result = JSON.parse(readFileSync(path('result.json'), 'utf8'));
  return { code, lines, result };
}
