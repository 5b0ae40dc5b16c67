import { Command, Option } from 'commander';

/** kaniko's flags that mean something here. */
export interface KanikoFlags {
  readonly context?: string;
  readonly contextSubPath?: string;
  readonly dockerfile?: string;
  readonly destination: readonly string[];
  readonly buildArg: readonly string[];
  readonly label: readonly string[];
  readonly target?: string;
  readonly customPlatform?: string;
  /** Commander's form of `--no-push`. */
  readonly push: boolean;
  readonly ociLayoutPath?: string;
  readonly tarPath?: string;
  readonly cache?: string | boolean;
  readonly cacheDir?: string;
  readonly cacheRepo?: string;
  readonly digestFile?: string;
  readonly imageNameWithDigestFile?: string;
  readonly insecure?: string | boolean;
  readonly insecurePull?: string | boolean;
  readonly insecureRegistry: readonly string[];
  readonly registryMirror: readonly string[];
  readonly registryMap: readonly string[];
  readonly registryCertificate: readonly string[];
  readonly skipTlsVerifyRegistry: readonly string[];
  readonly compression?: string;
  readonly compressionLevel?: string;
  readonly secret: readonly string[];
  readonly reproducible?: string | boolean;
  readonly pushRetry?: string;
  readonly progress?: string;
}

/** Flags that change how kaniko works inside and have nothing to change here. */
const withoutMeaning = [
  '--cache-copy-layers [on]',
  '--cache-run-layers [on]',
  '--cache-ttl <time>',
  '--cleanup [on]',
  '--compressed-caching [on]',
  '--force [on]',
  '--force-build-metadata [on]',
  '--ignore-path <path...>',
  '--ignore-var-run [on]',
  '--image-download-retry <count>',
  '--image-fs-extract-retry <count>',
  '--image-name-tag-with-digest-file <file>',
  '--kaniko-dir <folder>',
  '--log-format <format>',
  '--log-timestamp [on]',
  '--no-push-cache [on]',
  '--push-ignore-immutable-tag-errors [on]',
  '--single-snapshot [on]',
  '--skip-push-permission-check [on]',
  '--skip-unused-stages [on]',
  '--snapshot-mode <mode>',
  '--snapshotMode <mode>',
  '--use-new-run [on]',
  '--verbosity <level>',
];

const list = (value: string, before: readonly string[] = []) => [
  ...before,
  value,
];

/** `ossb kaniko`. */
export function kanikoCommand(): Command {
  const command = new Command('kaniko').description(
    'The same builder with the flags of the kaniko executor.',
  );
  return addKanikoFlags(command);
}

/** Adds kaniko's flags and what they do. */
export function addKanikoFlags(command: Command): Command {
  const many = (flags: string, text: string) =>
    command.addOption(new Option(flags, text).argParser(list).default([]));
  command
    .option(
      '-c, --context <folder>',
      'folder or dir://folder, git address, archive',
    )
    .option('--context-sub-path <path>', 'folder in the context')
    .option('-f, --dockerfile <path>', 'Dockerfile');
  many('-d, --destination <reference>', 'reference to push to');
  many('--build-arg <name=value>', 'value of an ARG');
  many('--label <name=value>', 'label of the image');
  command
    .option('--target <stage>', 'stage to build')
    .option(
      '--custom-platform <platform>',
      'platforms, with commas between them',
    )
    .option('--no-push', 'do not push')
    .option('--oci-layout-path <folder>', 'write an OCI layout')
    .option('--tar-path <file>', 'write a docker archive')
    .option('--cache [on]', 'use the cache')
    .option('--cache-dir <folder>', 'where the cache is')
    .option('--cache-repo <repository>', 'cache in a registry')
    .option('--digest-file <file>', 'write the digest')
    .option('--image-name-with-digest-file <file>', 'write NAME@DIGEST')
    .option('--insecure [on]', 'push over plain http')
    .option('--insecure-pull [on]', 'pull over plain http');
  many('--insecure-registry <host>', 'plain http for this registry');
  many(
    '--skip-tls-verify-registry <host>',
    'accept any certificate of this registry',
  );
  many('--registry-mirror <host>', 'mirror of Docker Hub');
  many('--registry-map <host=mirror>', 'mirrors by registry, with semicolons');
  many('--registry-certificate <host=file>', 'authorities of a registry');
  command
    .option('--compression <name>', 'gzip or zstd')
    .option('--compression-level <level>');
  many('--secret <spec>', 'id=NAME,src=FILE or id=NAME,env=VARIABLE');
  command
    .option('--reproducible [on]', 'times of 1970')
    .option('--push-retry <count>', 'tries of a push')
    .option('--progress <kind>', 'auto, tty, plain or json');
  for (const flags of withoutMeaning) {
    command.addOption(new Option(flags).hideHelp());
  }
  return command.action(async (flags: KanikoFlags) => {
    const { runKaniko } = await import('./runKaniko');
    await runKaniko(flags);
  });
}
