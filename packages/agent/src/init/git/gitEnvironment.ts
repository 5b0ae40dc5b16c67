import type { ProxySettings } from '../../protocol';

/**
 * What a git process may know. Nothing of our own environment is passed on.
 *
 * @public
 */
export interface GitEnvironmentOptions {
  /** Directory of the repository; it need not exist for `ls-remote`. */
  gitDirectory: string;
  /** Where files are checked out, when they are. */
  workTree?: string;
  /** Private directory that stands for the home of the git process. */
  home: string;
  /** PEM file of all trusted authorities; the system's when absent. */
  caBundle?: string;
  /** Proxies by scheme; none otherwise, whatever this process's environment says. */
  proxy?: ProxySettings;
  /** Transports for this call. */
  transports: readonly string[];
  /** Sent with every request to exactly this URL prefix. */
  authorization?: { urlPrefix: string; header: string };
  /** File with the options of ssh, see {@link writeSshFiles}. */
  sshConfig?: string;
}

const settings: Record<string, string> = {
  // Nothing of the repository or the machine may name a program to run.
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.attributesFile': '/dev/null',
  'core.excludesFile': '/dev/null',
  'core.pager': 'cat',
  'credential.helper': '',
  'gpg.program': '/bin/false',
  'init.templateDir': '',
  // Nor may anything happen besides what is asked for.
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'transfer.credentialsInUrl': 'die',
  'transfer.bundleURI': 'false',
  // A redirect is resolved by us, on the same host only.
  'http.followRedirects': 'false',
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '60',
  'protocol.allow': 'never',
  'protocol.version': '2',
  // What comes in is checked, and always stays a pack that can be measured.
  'transfer.fsckObjects': 'true',
  'fetch.fsckObjects': 'true',
  'transfer.unpackLimit': '1',
  'fetch.unpackLimit': '1',
  // Old tools wrote these; they can harm nobody.
  'fetch.fsck.zeroPaddedFilemode': 'ignore',
  'fetch.fsck.badTimezone': 'ignore',
  'fetch.fsck.missingSpaceBeforeDate': 'ignore',
  'fetch.fsck.gitmodulesParse': 'ignore',
  // Files are what the commit says, on every platform.
  'core.symlinks': 'true',
  'core.autocrlf': 'false',
  'core.protectHFS': 'true',
  'core.protectNTFS': 'true',
  'core.bigFileThreshold': '16m',
  'pack.threads': '1',
};

/**
 * The whole environment of a git process. Configuration travels in it rather
 * than in arguments, so that no credential is ever in a command line.
 *
 * @public
 */
export function gitEnvironment(
  options: GitEnvironmentOptions,
): Record<string, string> {
  const config: [string, string][] = Object.entries(settings);
  for (const transport of options.transports) {
    config.push([`protocol.${transport}.allow`, 'always']);
  }
  if (options.caBundle) config.push(['http.sslCAInfo', options.caBundle]);
  if (options.authorization) {
    const { urlPrefix, header } = options.authorization;
    config.push([`http.${urlPrefix}.extraHeader`, header]);
  }
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LC_ALL: 'C',
    HOME: options.home,
    XDG_CONFIG_HOME: options.home,
    GIT_DIR: options.gitDirectory,
    ...(options.workTree && { GIT_WORK_TREE: options.workTree }),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_ALLOW_PROTOCOL: options.transports.join(':'),
    ...proxyVariables(options.proxy),
    // Split by git's shell: the path is ours and made of harmless characters.
    // Without one there is no ssh: it would use the keys of whoever runs this.
    GIT_SSH_COMMAND: options.sshConfig
      ? `ssh -F ${options.sshConfig}`
      : '/bin/false',
    GIT_SSH_VARIANT: 'ssh',
    GIT_CONFIG_COUNT: String(config.length),
    ...Object.fromEntries(
      config.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

function proxyVariables(proxy: ProxySettings | undefined) {
  return {
    ...(proxy?.http && { http_proxy: proxy.http }),
    ...(proxy?.https && { https_proxy: proxy.https }),
    ...(proxy?.noProxy.length && { no_proxy: proxy.noProxy.join(',') }),
  };
}
