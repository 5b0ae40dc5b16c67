import { Command, CommanderError } from 'commander';
import { basename } from 'node:path';
import { BuilderError } from '../errors/BuilderError';
import { toBuilderError } from '../errors/toBuilderError';
import { addBuildCommand } from './buildCommand';
import { addCacheCommand } from './cacheCommand';
import { exitCodes } from './exitCodes';
import { addKanikoFlags, kanikoCommand } from './kanikoCommand';
import { formatError } from './formatError';
import { version } from './version';

/** Exit code of what was asked for, and 2 for what could not be understood. */
export async function runCommand(argv: readonly string[]): Promise<number> {
  const program = createProgram(argv);
  try {
    await program.parseAsync([...argv]);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end this way too, with 0.
      return error.exitCode === 0 ? 0 : exitCodes.validation;
    }
    const failure = toBuilderError(error);
    process.stderr.write(formatError(failure, { color: process.stderr.isTTY }));
    return exitCodes[failure.kind];
  }
}

function createProgram(argv: readonly string[]): Command {
  // kaniko's image has its program at /kaniko/executor: under that name the
  // flags are kaniko's.
  if (basename(argv[1] ?? '') === 'executor') {
    return addKanikoFlags(
      new Command('executor').version(version),
    ).exitOverride();
  }
  const program = new Command('ossb')
    .description('Builds container images from Dockerfiles, without a daemon.')
    .version(version)
    .exitOverride()
    .configureHelp({ sortOptions: true });
  addBuildCommand(program);
  addCacheCommand(program);
  program.addCommand(kanikoCommand());
  for (const command of program.commands) inheritOverride(command);
  return program;
}

function inheritOverride(command: Command): void {
  command.exitOverride();
  command.commands.forEach(inheritOverride);
}

/** Runs an action under a signal that Ctrl-C and SIGTERM fire; a second Ctrl-C ends at once. */
export async function withCancel<T>(
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let asked = 0;
  const cancel = () => {
    asked += 1;
    if (asked > 1) process.exit(exitCodes.cancelled);
    controller.abort(new BuilderError('cancelled', 'the build was cancelled'));
  };
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    return await action(controller.signal);
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}
