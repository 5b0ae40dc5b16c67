import type {
  CommandInstruction,
  CommandLine,
  HealthcheckInstruction,
  ListInstruction,
  PairsInstruction,
  TextInstruction,
} from '../../dockerfile/Instruction';
import { SyntaxProblem } from '../../dockerfile/parser/statementError';
import {
  goDuration,
  goQuote,
  goQuoteList,
  goQuoteRune,
} from '../format/goFormat';
import { warnOfSecret } from '../lint/warnOfSecret';
import type { StageState } from '../StageState';
import { checkSignal } from './checkSignal';
import { expand, expandList } from './expand';
import { parsePort } from './parsePort';

/** `ENV` and `LABEL`: names and values are expanded with what was set before the instruction. */
export function applyPairs(
  state: StageState,
  instruction: PairsInstruction,
): void {
  const { kind, legacy } = instruction;
  const name = kind.toUpperCase();
  if (legacy) {
    state.scope.warn(
      'LegacyKeyValueFormat',
      instruction,
      () => `${name} without = is the old form; write ${name} NAME=value`,
    );
  }
  const pairs = instruction.pairs.map(pair => ({
    name: expand(state, instruction, pair.name),
    value: expand(state, instruction, pair.value),
  }));
  for (const { name: key, value } of pairs) {
    if (kind === 'env') {
      warnOfSecret(state.scope, instruction, key);
      state.environment.set(key, value);
      state.variables.set(key, value);
    } else state.labels.set(key, value);
  }
  const texts = pairs.map(pair => `${pair.name}=${pair.value}`);
  state.commit([name, ...texts].join(' '));
}

/** `CMD` and `ENTRYPOINT`. A new entry point drops the command of the base. */
export function applyCommand(
  state: StageState,
  instruction: CommandInstruction,
): void {
  const { kind, command } = instruction;
  warnOnce(state, instruction);
  if (command.form === 'shell' && !state.config.Shell?.length) {
    state.scope.warn(
      'JSONArgsRecommended',
      instruction,
      () =>
        `${kind.toUpperCase()} without brackets runs in a shell, which does not pass signals on; write ${kind.toUpperCase()} ["program", "argument"]`,
    );
  }
  const args = commandArgs(state, command);
  if (kind === 'cmd') {
    state.config.Cmd = args;
    state.config.ArgsEscaped = true;
  } else {
    state.config.Entrypoint = args;
    if (!state.seen.has('cmd')) delete state.config.Cmd;
  }
  state.commit(`${kind.toUpperCase()} ${goQuoteList(args)}`);
}

/** What is run: the arguments, or the shell with one. */
export function commandArgs(
  state: StageState,
  command: CommandLine,
): readonly string[] {
  if (command.form === 'exec') return command.args;
  return inShell(state, command.command ?? '');
}

/** The stage's shell with a script. */
export function inShell(state: StageState, script: string): readonly string[] {
  const { Shell } = state.config;
  const standard =
    state.imagePlatform.os === 'windows'
      ? ['cmd', '/S', '/C']
      : ['/bin/sh', '-c'];
  return [...(Shell?.length ? Shell : standard), script];
}

/** `HEALTHCHECK`. */
export function applyHealthcheck(
  state: StageState,
  instruction: HealthcheckInstruction,
): void {
  warnOnce(state, instruction);
  const { healthcheck } = instruction;
  state.config.Healthcheck = healthcheck;
  const { Interval, Timeout, StartPeriod, StartInterval } = healthcheck;
  const durations = [Interval, Timeout, StartPeriod, StartInterval];
  state.commit(
    `HEALTHCHECK &{${[
      goQuoteList(healthcheck.Test),
      ...durations.map(duration => goQuote(goDuration(duration ?? 0))),
      goQuoteRune(healthcheck.Retries ?? 0),
    ].join(' ')}}`,
  );
}

/** `EXPOSE` and `VOLUME`. */
export function applyList(
  state: StageState,
  instruction: ListInstruction,
): void {
  if (instruction.kind === 'volume') {
    const paths = instruction.values.map(value =>
      expand(state, instruction, value),
    );
    if (paths.includes('')) {
      throw new SyntaxProblem(
        'VOLUME has a path that is empty once its variables are put in',
      );
    }
    paths.forEach(path => state.volumes.add(path));
    state.commit(`VOLUME [${paths.join(' ')}]`);
    return;
  }
  const ports = instruction.values
    .flatMap(value => expandList(state, value))
    .flatMap(text => parsePort(text, state.scope, instruction));
  ports.forEach(port => state.ports.add(port));
  state.commit(`EXPOSE [${ports.join(' ')}]`);
}

/** `USER`, `STOPSIGNAL` and `MAINTAINER`. */
export function applyText(
  state: StageState,
  instruction: TextInstruction,
): void {
  if (instruction.kind === 'maintainer') {
    state.author = instruction.text;
    state.commit(`MAINTAINER ${instruction.text}`);
    return;
  }
  const text = expand(state, instruction, instruction.text);
  if (instruction.kind === 'stopsignal') {
    checkSignal(text);
    state.config.StopSignal = text;
  } else state.config.User = text;
  state.commit(`${instruction.kind.toUpperCase()} ${text}`);
}

function warnOnce(
  state: StageState,
  instruction: CommandInstruction | HealthcheckInstruction,
): void {
  const earlier = state.seen.get(instruction.kind);
  if (earlier) {
    state.scope.warn(
      'MultipleInstructionsDisallowed',
      earlier,
      () =>
        `this ${earlier.name} has no effect: line ${instruction.position.line} has another one, and only the last counts`,
    );
  }
  state.seen.set(instruction.kind, instruction);
}
