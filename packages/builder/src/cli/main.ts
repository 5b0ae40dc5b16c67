import { enableCompileCache } from 'node:module';
import { basename, join } from 'node:path';
import { defaultCacheDir } from '../build/defaultCacheDir';
import { enterSandbox } from '../execute/enterSandbox';
import { version } from './version';

/**
 * Entry of the command line. Only what is asked for is loaded: the version comes
 * without the builder. Compiled code is kept with the cache, so that the next start
 * is quicker.
 */
async function main(argv: readonly string[]): Promise<void> {
  const args = argv.slice(2);
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    process.stdout.write(`${version}\n`);
    return;
  }
  // Mounts of RUN steps have to die with us: see `enterSandbox`. First of all,
  // because it starts this program anew. Where it can not, there are executors
  // that mount nothing.
  if (builds(argv)) enterSandbox();
  enableCompileCache(join(defaultCacheDir(), 'code'));
  const { runCommand } = await import('./runCommand');
  process.exitCode = await runCommand(argv);
}

function builds([, program = '', command]: readonly string[]): boolean {
  const helps = process.argv.some(arg => arg === '--help' || arg === '-h');
  const isBuild = command === 'build' || command === 'kaniko';
  return !helps && (isBuild || basename(program) === 'executor');
}

main(process.argv).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 70;
});
