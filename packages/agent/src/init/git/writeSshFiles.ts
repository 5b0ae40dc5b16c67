import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceCredential } from '../../protocol';
import { AgentError } from '../../program';

/**
 * Writes key, known hosts and configuration for ssh into a private directory
 * and returns the path of the configuration. Only the given host keys are
 * trusted and only the given key is offered; nothing of the machine's own ssh
 * configuration applies.
 *
 * @throws AgentError `CredentialInvalid` when the directory's name could be
 * taken apart by a shell
 *
 * @public
 */
export async function writeSshFiles(
  directory: string,
  credential: Extract<SourceCredential, { type: 'ssh' }>,
): Promise<string> {
  if (!/^[A-Za-z0-9/_.-]+$/.test(directory)) {
    throw new AgentError(
      'CredentialInvalid',
      'The scratch directory must have a name of plain characters for ssh to work.',
    );
  }
  await mkdir(directory, { mode: 0o700, recursive: true });
  const files = {
    key: `${credential.privateKey.trimEnd()}\n`,
    known_hosts: `${credential.knownHosts.trimEnd()}\n`,
    config: [
      `IdentityFile ${join(directory, 'key')}`,
      `UserKnownHostsFile ${join(directory, 'known_hosts')}`,
      'GlobalKnownHostsFile /dev/null',
      'StrictHostKeyChecking yes',
      'UpdateHostKeys no',
      'IdentitiesOnly yes',
      'IdentityAgent none',
      'PreferredAuthentications publickey',
      'BatchMode yes',
      'ForwardAgent no',
      'ForwardX11 no',
      'ClearAllForwardings yes',
      'PermitLocalCommand no',
      'ProxyCommand none',
      'ControlPath none',
      'ConnectTimeout 20',
      'ServerAliveInterval 20',
      'LogLevel ERROR',
      '',
    ].join('\n'),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), content, { mode: 0o600 });
  }
  return join(directory, 'config');
}
