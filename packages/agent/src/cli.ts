import { main } from './main';

const stopping = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, () => stopping.abort());
}

main(process.argv.slice(2), process.env, stopping.signal, line =>
  process.stdout.write(`${line}\n`),
).then(
  code => {
    process.exitCode = code;
  },
  error => {
    // Only a bug, or a result file that can't be written, ends up here.
    process.stderr.write(`agent: ${error?.name}: ${error?.code ?? ''}\n`);
    process.exitCode = 1;
  },
);
