import { Option, type Command } from 'commander';

/** Flags of `ossb build`, as commander gives them. */
export interface BuildFlags {
  readonly file?: string;
  readonly tag: readonly string[];
  readonly output: readonly string[];
  readonly target?: string;
  readonly buildArg: readonly string[];
  readonly platform: readonly string[];
  readonly push?: boolean;
  readonly registry?: string;
  readonly insecureRegistry: readonly string[];
  readonly registryMirror: readonly string[];
  readonly registryCa?: string;
  readonly executor?: string;
  readonly rootless?: boolean;
  readonly network?: string;
  readonly allow: readonly string[];
  readonly allowAddress: readonly string[];
  readonly addHost: readonly string[];
  readonly memory?: string;
  readonly cpu?: string;
  readonly pids?: string;
  readonly disk?: string;
  readonly timeout?: string;
  readonly parallel?: string;
  readonly secret: readonly string[];
  readonly ssh: readonly string[];
  readonly cacheDir?: string;
  /** Commander's form of `--no-cache`. */
  readonly cache: boolean;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly progress?: string;
  readonly label: readonly string[];
  readonly sourceDateEpoch?: string;
  readonly buildContext: readonly string[];
  readonly compression?: string;
  readonly iidfile?: string;
  readonly metadataFile?: string;
  readonly config?: string;
  readonly frontend?: string;
  readonly quiet?: boolean;
}

const list = (value: string, before: readonly string[] = []) => [
  ...before,
  value,
];

/** Adds `build` to the program. */
export function addBuildCommand(program: Command): void {
  const command = program
    .command('build')
    .description('Build the images of a Dockerfile.')
    .argument('[context]', 'folder, git address or archive to copy from');
  const many = (flags: string, text: string) =>
    command.addOption(new Option(flags, text).argParser(list).default([]));
  command.option('-f, --file <path>', 'Dockerfile; - reads standard input');
  many(
    '-t, --tag <reference>',
    'name of the image, for a push and in archives',
  );
  many(
    '-o, --output <spec>',
    'image | tar | local | multiarch | type=oci|docker|local|tar|registry,dest=PATH',
  );
  command.option('--target <stage>', 'stage to build');
  many(
    '--build-arg <name=value>',
    'value of an ARG; without = from the environment',
  );
  many('--platform <platform>', 'os/architecture, several with commas');
  command
    .option('--push', 'push the images under their tags')
    .option('--registry <host/path>', 'put before tags that name no registry');
  many('--insecure-registry <host>', 'speak plain http to this registry');
  many('--registry-mirror <host=mirror>', 'pull from a mirror first');
  command
    .option(
      '--registry-ca <file>',
      'PEM certificates to trust besides the usual ones',
    )
    .addOption(
      new Option('--executor <name>', 'what runs RUN steps').choices([
        'auto',
        'rootless',
        'local',
        'chroot',
      ]),
    )
    .option('--rootless', 'the same as --executor rootless')
    .addOption(
      new Option('--network <mode>', 'what RUN steps reach').choices([
        'none',
        'proxy',
        'host',
      ]),
    );
  many(
    '--allow <entitlement>',
    'network.host or security.insecure, for Dockerfiles that ask',
  );
  many(
    '--allow-address <host[:port]>',
    'private address that the proxy lets through',
  );
  many('--add-host <host:address>', 'line of /etc/hosts for RUN steps');
  command
    .option('--memory <size>', 'memory of a RUN step')
    .option('--cpu <number>', 'CPUs of a RUN step: 2, 0.5 or 500m')
    .option('--pids <number>', 'processes of a RUN step')
    .option('--disk <size>', 'bytes a RUN step may write')
    .option('--timeout <time>', 'longest time of a RUN step')
    .option('--parallel <number>', 'steps at once');
  many('--secret <spec>', 'id=NAME,src=FILE or id=NAME,env=VARIABLE');
  many('--ssh <spec>', 'default or ID=SOCKET');
  command
    .option('--cache-dir <folder>', 'where the cache is')
    .option('--no-cache', 'run every step, and remember what comes out');
  many('--cache-from <spec>', 'type=registry,ref=REPOSITORY');
  many('--cache-to <spec>', 'type=registry,ref=REPOSITORY');
  command.addOption(
    new Option('--progress <kind>', 'how progress is shown').choices([
      'auto',
      'tty',
      'plain',
      'json',
    ]),
  );
  many('--label <name=value>', 'label of the images');
  command.option(
    '--source-date-epoch <seconds>',
    'time of the images and of later files; default: SOURCE_DATE_EPOCH',
  );
  many(
    '--build-context <name=source>',
    'folder, git address, docker-image:// or oci-layout://',
  );
  command
    .option('--compression <gzip|zstd[:level]>', 'of layers')
    .option('--iidfile <file>', 'write the image id to a file')
    .option(
      '--metadata-file <file>',
      'write digests and what was fetched to a file',
    )
    .option('--config <file>', 'build configuration (JSON); flags win over it')
    .addOption(
      new Option('--frontend <name>').choices(['dockerfile']).hideHelp(),
    )
    .option('-q, --quiet', 'print the digest only')
    .action(async (context: string | undefined, flags: BuildFlags) => {
      const { runBuild } = await import('./runBuild');
      await runBuild(context, flags);
    });
}
