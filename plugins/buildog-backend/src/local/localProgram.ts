import { superviseAttempt } from './supervise/superviseAttempt';

/** This very file, which `LocalRunner` starts as programs of their own. */
export const LOCAL_PROGRAM = __filename;

/**
 * `supervise FOLDER EVENTS` runs an attempt; `agent init|publish` is the
 * agent's command line.
 */
async function main([mode, ...args]: readonly string[]): Promise<number> {
  if (mode === 'supervise' && args.length === 2) {
    await superviseAttempt(args[0], args[1]);
    return 0;
  }
  if (mode === 'agent') {
    const { runAgent } = await import('@buildog/agent');
    return runAgent(args);
  }
  process.stderr.write('usage: supervise FOLDER EVENTS | agent PROGRAM\n');
  return 2;
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    code => process.exit(code),
    error => {
      process.stderr.write(`${error?.name}: ${error?.message}\n`);
      process.exit(1);
    },
  );
}
