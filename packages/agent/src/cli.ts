import { runAgent } from './runAgent';

runAgent(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  error => {
    // Only a bug, or a result file that can't be written, ends up here.
    process.stderr.write(`agent: ${error?.name}: ${error?.code ?? ''}\n`);
    process.exitCode = 1;
  },
);
