import { runAgent } from '@buildog/agent';

/** This very file, which steps run as the agent: `init` or `publish`. */
export const AGENT_PROGRAM = __filename;

if (require.main === module) {
  runAgent(process.argv.slice(2)).then(
    code => {
      process.exitCode = code;
    },
    error => {
      process.stderr.write(`agent: ${error?.name}: ${error?.code ?? ''}\n`);
      process.exitCode = 1;
    },
  );
}
