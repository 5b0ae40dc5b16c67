import type { Heredoc, RunInstruction } from '../../dockerfile/Instruction';
import {
  asHeredocMark,
  heredocContent,
} from '../../dockerfile/parser/heredocs';
import { parseMount } from '../../dockerfile/parser/parseMount';
import { SyntaxProblem } from '../../dockerfile/parser/statementError';
import type { ExecMount, Vertex } from '../../graph/Operation';
import type { StageState } from '../StageState';
import { argumentPrefix } from './applyArg';
import { inShell } from './applyConfig';
import { expand } from './expand';
import { planMounts } from './planMounts';
import { inlineVertex } from './vertices';

const scriptFolder = '/dev/pipes/';

interface Command {
  readonly args: readonly string[];
  /** A heredoc that is a program of its own. */
  readonly script?: { readonly name: string; readonly content: string };
}

/** `RUN`. */
export function applyRun(
  state: StageState,
  instruction: RunInstruction,
  sources: readonly (Vertex | undefined)[],
): void {
  const { scope } = state;
  const wanted = instruction.mounts.map(text =>
    parseMount(text, value => expand(state, instruction, value)),
  );
  const { args, script } = commandOf(state, instruction);
  state.nextStep();
  const inputs: Vertex[] = [state.vertex];
  const mounts: ExecMount[] = [];
  if (script) {
    const file = { ...script, mode: 0o755 };
    mounts.push({
      type: 'bind',
      target: scriptFolder,
      input: inputs.push(inlineVertex(state, [file], instruction)) - 1,
      source: '/',
      writable: false,
    });
  }
  const planned = planMounts(state, wanted, sources, inputs.length);
  inputs.push(...planned.inputs);
  mounts.push(...planned.mounts);
  const createdBy = [
    'RUN',
    ...argumentPrefix(state),
    ...args,
    '# buildkit',
  ].join(' ');
  state.vertex = state.makeVertex(
    {
      kind: 'exec',
      args,
      env: planned.env.length
        ? [...state.environment.list(), ...planned.env]
        : state.environment.list(),
      cwd: state.directory,
      user: state.config.User ?? '',
      mounts,
      network: instruction.network,
      security: instruction.security,
      platform: state.platform,
      ...(scope.proxyEnv.length ? { proxyEnv: scope.proxyEnv } : {}),
      ...(scope.hostname ? { hostname: scope.hostname } : {}),
      ...(scope.options.extraHosts?.length
        ? { extraHosts: scope.options.extraHosts }
        : {}),
    },
    inputs,
    instruction,
    { createdBy },
  );
  state.commit(createdBy, state.vertex);
}

function commandOf(state: StageState, instruction: RunInstruction): Command {
  const { command } = instruction;
  if (command.form === 'exec') {
    if (command.args.length === 0) {
      throw new SyntaxProblem('RUN [] names no program');
    }
    return { args: command.args };
  }
  const [first, ...others] = command.heredocs;
  const line = command.command ?? '';
  if (!first) return { args: inShell(state, line) };
  if (!asHeredocMark(line)) {
    // The shell reads the documents itself.
    return {
      args: inShell(state, [line, ...bodies(command.heredocs)].join('\n')),
    };
  }
  const content = heredocContent(first);
  const isScript =
    first.content.startsWith('#!') && state.imagePlatform.os !== 'windows';
  if (others.length || !isScript) return { args: inShell(state, content) };
  return {
    args: inShell(state, scriptFolder + first.name),
    script: { name: first.name, content },
  };
}

function bodies(heredocs: readonly Heredoc[]): string[] {
  return heredocs.map(({ content, name }) => content + name);
}
