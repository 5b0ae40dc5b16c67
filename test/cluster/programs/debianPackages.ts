import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../paths.ts';
import { withFileLock } from '../system/fileLock.ts';
import { progress, timed } from '../system/progress.ts';
import { ProgramFailed, run, succeeds } from '../system/run.ts';

/** What the cluster and its tests take from Debian, and what for. */
export const clusterPackages: Readonly<Record<string, string>> = {
  iproute2: 'network namespaces',
  nftables: 'the rules of its network namespace',
  iptables: 'the kubelet',
  'containernetworking-plugins': "the pods' network",
  conntrack: 'the kubelet',
  kmod: 'loading the overlay and bridge modules where they are no part of the kernel',
  openssl: 'certificates',
  'apache2-utils': "the registries' password file",
  git: 'the git server',
  'openssh-server': 'git over ssh',
  'openssh-client': 'git over ssh',
  'libcap2-bin': 'file capabilities in the buildah image',
  'busybox-static': 'base image of the tests',
  tini: 'the init program of the kaniko image',
  'ca-certificates': 'base images of the tests',
  'libseccomp-dev': 'compiling runc',
  'pkg-config': 'compiling runc',
  gcc: 'compiling runc',
  'libc6-dev': 'compiling runc',
  skopeo: 'the independent witness of what is in a registry',
};

/**
 * Installs those of `packages` that are missing, with one call of apt-get. Does
 * nothing, and needs no rights, when all are there.
 *
 * @param purpose - said in the line that announces the installation
 * @throws Error with the command to run by hand, where this is not Debian or not root.
 */
export async function ensureDebianPackages(
  packages: readonly string[],
  purpose: string,
): Promise<void> {
  if (!(await succeeds('dpkg-query', ['--version']))) {
    throw new Error(
      `the test cluster is set up on Debian or Ubuntu only (it installs ${packages.join(
        ', ',
      )}): ` + 'set KUBECONFIG to a cluster of your own instead',
    );
  }
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new Error(
      `run this as root, or first install by hand: apt-get install ${missing.join(
        ' ',
      )}`,
    );
  }
  await withFileLock(join(cacheFolder(), 'locks', 'apt.lock'), async () => {
    const stillMissing = await missingPackages(packages);
    if (stillMissing.length === 0) return;
    await timed(`apt-get install ${stillMissing.join(' ')} (${purpose})`, () =>
      install(stillMissing),
    );
  });
}

async function install(packages: string[]): Promise<void> {
  const args = [
    ...[
      '-o',
      'DPkg::Lock::Timeout=300',
      '-o',
      'Acquire::Retries=3',
      'install',
      '--yes',
      '--no-install-recommends',
    ],
    ...packages,
  ];
  // No service may start on this machine because a package brings one (openssh-server).
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  try {
    await run('apt-get', args, { env });
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    progress(
      'apt-get failed: updating the package lists, then trying once more',
    );
    await run('apt-get', ['-o', 'Acquire::Retries=3', 'update'], { env });
    await run('apt-get', args, { env });
  }
}

async function missingPackages(packages: readonly string[]): Promise<string[]> {
  const status = await readFile('/var/lib/dpkg/status', 'utf8');
  const installed = new Set(
    status
      .split('\n\n')
      .filter(entry => /^Status: \S+ ok installed$/m.test(entry))
      .map(entry => /^Package: (\S+)$/m.exec(entry)?.[1]),
  );
  return packages.filter(name => !installed.has(name));
}
