import { version } from './version';

/**
 * Entry of the command line. Only what is asked for is loaded: the version, and
 * what an error of usage needs, come without the builder.
 */
async function main(argv: readonly string[]): Promise<void> {
  const args = argv.slice(2);
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const { runCommand } = await import('./runCommand');
  process.exitCode = await runCommand(argv);
}

main(process.argv).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 70;
});
