import {
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { withFileLock } from '../system/fileLock.ts';
import { cacheFolder } from '../paths.ts';
import { run } from '../system/run.ts';

/**
 * Packages that others name as a dependency and that an image of the tests has no
 * use for: interpreters of installation scripts (none is run), manuals, gnupg.
 */
const leftOut =
  /^(perl|perl-base|perl-modules.*|libperl5.*|lib.*-perl|git-man|dpkg|tar|passwd|debconf|adduser|libpam.*|openssl|gnupg.*|gpg.*|dirmngr|pinentry.*|usrmerge|containernetworking-plugins|iptables|lsb-base|sysvinit-utils|init-system-helpers|netbase|dmsetup|libdb5.3|libgdbm.*|readline-common|libreadline8|libsqlite3-0|gcc-12-base)$/;

/** Files that only people read, and tables for character sets that nobody uses any more. */
const useless = [
  ...['doc', 'man', 'locale', 'info', 'lintian', 'bash-completion'],
  ...['gitweb', 'perl5', 'perl', 'gcc'],
].map(name => `usr/share/${name}`);
const uselessInLibraries = ['gconv'];

/**
 * Unpacks Debian packages, with all that they need, into `root`. Nothing is
 * configured and no script of a package is run. The packages are those of the
 * machine's own apt sources, verified by apt.
 */
export async function unpackDebian(
  root: string,
  packages: readonly string[],
): Promise<void> {
  const archives = await mkdtemp(join(tmpdir(), 'buildog-deb-'));
  try {
    await download(archives, packages);
    await mkdir(root, { recursive: true });
    // As every Debian since 12: programs and libraries live below /usr only.
    for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
      await mkdir(join(root, 'usr', name), { recursive: true });
      await symlink(`usr/${name}`, join(root, name));
    }
    for (const file of await readdir(archives)) {
      const name = file.split('_')[0];
      if (file.endsWith('.deb') && !leftOut.test(name))
        await unpack(join(archives, file), root);
    }
    const libraries = join(root, 'usr/lib');
    const architectures = (await readdir(libraries, { withFileTypes: true }))
      .filter(entry => entry.isDirectory())
      .map(({ name }) => name);
    for (const path of [
      ...useless,
      ...architectures.flatMap(folder =>
        uselessInLibraries.map(name => `usr/lib/${folder}/${name}`),
      ),
    ]) {
      await rm(join(root, path), { recursive: true, force: true });
    }
  } finally {
    await rm(archives, { recursive: true, force: true });
  }
}

/** apt, told that nothing is installed, fetches the packages with everything they depend on. */
async function download(
  archives: string,
  packages: readonly string[],
): Promise<void> {
  await mkdir(join(archives, 'partial'));
  const status = join(archives, 'status');
  await writeFile(status, '');
  const fetch = () =>
    run('apt-get', [
      ...[
        '-o',
        `Dir::State::status=${status}`,
        '-o',
        `Dir::Cache::archives=${archives}`,
      ],
      ...['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=3'],
      ...[
        '--download-only',
        '--yes',
        '--no-install-recommends',
        'install',
        ...packages,
      ],
    ]);
  await withFileLock(join(cacheFolder(), 'locks', 'apt.lock'), async () => {
    await fetch().catch(async () => {
      await run('apt-get', ['-o', 'Acquire::Retries=3', 'update']); // the lists are missing or old
      await fetch();
    });
  });
}

async function unpack(archive: string, root: string): Promise<void> {
  const reader = spawn('dpkg-deb', ['--fsys-tarfile', archive], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const writer = spawn(
    'tar',
    [
      '--extract',
      '--keep-directory-symlink',
      '--preserve-permissions',
      '--directory',
      root,
    ],
    {
      stdio: [reader.stdout, 'inherit', 'inherit'],
    },
  );
  const codes = await Promise.all(
    [reader, writer].map(
      async child => (await once(child, 'exit'))[0] as number,
    ),
  );
  if (codes.some(code => code !== 0))
    throw new Error(
      `can't unpack ${archive}: exit codes ${codes.join(' and ')}`,
    );
}
