import { main } from './main';

/**
 * The agent's command line in this process: `init`, `publish` or `sidecar`, as
 * the programs of the agent's image. SIGTERM and SIGINT stop it.
 *
 * @param argv - the arguments after the program's name
 * @returns the exit code, see {@link exitCodes}
 * @public
 */
export async function runAgent(argv: readonly string[]): Promise<number> {
  const stopping = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => stopping.abort());
  }
  return main(argv, process.env, stopping.signal, line =>
    process.stdout.write(`${line}\n`),
  );
}
