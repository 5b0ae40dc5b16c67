import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { buildAll } from './build.ts';
import { readOwnState } from './clusterState.ts';
import { down } from './down.ts';
import { enter, findAnchor } from './node/namespaces.ts';
import { clusterPaths } from './paths.ts';
import { restart } from './restart.ts';
import { status } from './status.ts';
import { up } from './up.ts';
import { stopDaemon } from './system/daemon.ts';

const usage = `usage: yarn cluster COMMAND [--name NAME]

  up [--forward PORT]...   start the cluster, or what is missing of it; pods reach
                           port 7007 of this machine's loopback, and each PORT
  down [--forget]          stop it and remove all of it; its addresses, passwords
                           and logs are kept unless they are to be forgotten
  status                   say what runs; exit code 1 when it is not up
  kubeconfig               print the path of its kubeconfig
  build [PROGRAM]...       only make sure that all programs and images exist;
                           or these programs, also those made on request (cosign3)
  stop PROGRAM             end one of its programs, for tests of failures
  start PROGRAM            start it again
  exec -- COMMAND...       run a command inside its namespaces
`;

async function main(): Promise<number> {
  const separator = process.argv.indexOf('--');
  const own = process.argv.slice(2, separator < 0 ? undefined : separator);
  const { values, positionals } = parseArgs({
    args: own,
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'default' },
      forward: { type: 'string', multiple: true, default: [] },
      forget: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [command, program] = positionals;
  const { name } = values;
  switch (values.help ? 'help' : command) {
    case 'up':
      await up(name, values.forward.map(parsePort));
      break;
    case 'down':
      await down(name, { forget: values.forget });
      break;
    case 'status': {
      const found = await status(name);
      process.stdout.write(`${found.lines.join('\n')}\n`);
      return found.up ? 0 : 1;
    }
    case 'kubeconfig':
      process.stdout.write(`${(await readOwnState(name)).kubeconfig}\n`);
      break;
    case 'build':
      await buildAll(positionals.slice(1));
      break;
    case 'stop':
      await stopDaemon(clusterPaths(name), needProgram(program));
      break;
    case 'start':
      await restart(name, needProgram(program));
      break;
    case 'exec':
      return exec(name, separator < 0 ? [] : process.argv.slice(separator + 1));
    case 'help':
      process.stdout.write(usage);
      break;
    default:
      process.stderr.write(usage);
      return 2;
  }
  return 0;
}

function needProgram(program: string | undefined): string {
  if (!program)
    throw new Error(
      'name the program, for example kube-apiserver: yarn cluster status lists them',
    );
  return program;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`--forward ${text}: a port is 1 to 65535`);
  return port;
}

async function exec(name: string, command: string[]): Promise<number> {
  const paths = clusterPaths(name);
  const anchor = await findAnchor(paths);
  if (!anchor || command.length === 0)
    throw new Error('exec needs a running cluster, and a command after --');
  const env = {
    ...process.env,
    PATH: `${paths.bin}:${process.env.PATH}`,
    KUBECONFIG: paths.kubeconfig,
  };
  return (
    spawnSync('nsenter', enter(anchor, command), { stdio: 'inherit', env })
      .status ?? 1
  );
}

main().then(
  code => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
