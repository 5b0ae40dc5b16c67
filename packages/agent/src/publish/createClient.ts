import { readFile } from 'node:fs/promises';
import {
  anonymousKeychain,
  dockerConfigKeychain,
  RegistryClient,
} from '@buildog/oci';
import type { PublishInput } from '../protocol';
import { AgentError, systemCode } from '../program';

/**
 * Makes the registry client of `publish`. Proxies and authorities come from
 * the input only, the credential from its file; without the file every
 * request is anonymous.
 *
 * @throws AgentError `CredentialInvalid` when the file can't be read
 */
export async function createClient(
  input: PublishInput,
  credentialPath: string,
): Promise<RegistryClient> {
  const { caFile, insecureHosts, proxy } = input;
  const config = await readOptional(credentialPath);
  return RegistryClient.create({
    keychain:
      config === undefined ? anonymousKeychain : dockerConfigKeychain(config),
    hosts: Object.fromEntries(
      insecureHosts.map(host => [host, { plainHttp: true }]),
    ),
    ...(caFile && { ca: await readFile(caFile, 'utf8') }),
    proxy: proxy
      ? {
          httpProxy: proxy.http,
          httpsProxy: proxy.https,
          noProxy: proxy.noProxy.join(','),
        }
      : 'none',
    userAgent: 'buildog-agent',
  });
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return undefined;
    throw new AgentError(
      'CredentialInvalid',
      `The push credential cannot be read (${code ?? 'unknown error'}).`,
      { cause: error },
    );
  }
}
