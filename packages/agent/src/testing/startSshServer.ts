/* eslint-disable jest/no-export, jest/valid-title, jest/valid-describe-callback, jest/no-disabled-tests -- a describe for the suites of other files */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

const SSHD = '/usr/sbin/sshd';

/**
 * `describe` for suites that need an SSH server. Where this machine cannot be
 * one they are shown as skipped, which `BUILDOG_REQUIRE_SSHD=1` makes an error.
 */
export function describeWithSshd(name: string, suite: () => void): void {
  if (existsSync(SSHD) && process.getuid?.() === 0) {
    describe(name, suite);
    return;
  }
  const absent = `needs root and ${SSHD}, of Debian's openssh-server`;
  if (process.env.BUILDOG_REQUIRE_SSHD === '1') {
    throw new Error(`${name} ${absent}`);
  }
  describe.skip(`${name} (${absent})`, suite);
}

/** A running SSH server for one key. */
export interface SshServer {
  host: string;
  user: string;
  privateKey: string;
  knownHosts: string;
  close: () => Promise<void>;
}

/** Serves git repositories over ssh: one `sshd -i` per connection, no daemon. */
export async function startSshServer(directory: string): Promise<SshServer> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const path = (name: string) => join(directory, name);
  for (const name of ['host', 'user']) {
    execFileSync('ssh-keygen', [
      ...['-q', '-t', 'ed25519', '-N', '', '-f', path(name)],
    ]);
  }
  writeFileSync(path('authorized_keys'), readFileSync(path('user.pub')), {
    mode: 0o600,
  });
  writeFileSync(
    path('config'),
    [
      `HostKey ${path('host')}`,
      `AuthorizedKeysFile ${path('authorized_keys')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'PidFile none',
      '',
    ].join('\n'),
  );
  const server = createServer(socket => {
    const daemon = spawn(SSHD, ['-i', '-f', path('config')], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    socket.on('error', () => daemon.kill());
    daemon.stdin.on('error', () => undefined);
    socket.pipe(daemon.stdin);
    daemon.stdout.pipe(socket);
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const hostKey = readFileSync(path('host.pub'), 'utf8');
  return {
    host: `127.0.0.1:${port}`,
    user: userInfo().username,
    privateKey: readFileSync(path('user'), 'utf8'),
    knownHosts: `[127.0.0.1]:${port} ${hostKey}`,
    close: async () => {
      await new Promise(resolve => {
        server.close(resolve);
      });
    },
  };
}
