import type { SourceCredential } from '@buildog/agent';
import { formatRepository, type Keychain, parseRepository } from '@buildog/oci';
import type { CredentialFiles } from '@buildog/plugin-buildog-node';

/** Finds the credential of a repository's source. */
export interface FindSourceCredential {
  find(repositoryUrl: string): Promise<SourceCredential | undefined>;
}

/**
 * The credential files of a job's own containers, as the agent's protocol
 * names them. Each holds the one credential that its container needs.
 */
export function jobCredentials(
  sources: FindSourceCredential,
  registries: Keychain,
): {
  forSource(repositoryUrl: string): Promise<CredentialFiles>;
  forPush(repository: string): Promise<CredentialFiles>;
} {
  return {
    async forSource(repositoryUrl): Promise<CredentialFiles> {
      const credential = await sources.find(repositoryUrl);
      if (!credential) return {};
      return { 'source.json': JSON.stringify(credential) };
    },
    async forPush(repository): Promise<CredentialFiles> {
      const parsed = parseRepository(repository);
      const credential = await registries.find(parsed);
      if (!credential) return {};
      // Keyed by the whole path: it opens this repository and no other.
      return {
        'docker-config.json': JSON.stringify({
          auths: {
            [formatRepository(parsed)]: dockerAuth(credential),
          },
        }),
      };
    },
  };
}

function dockerAuth(
  credential: NonNullable<Awaited<ReturnType<Keychain['find']>>>,
): Record<string, string> {
  const secret = credential.reveal();
  switch (credential.kind) {
    case 'identityToken':
      return { identitytoken: secret };
    case 'registryToken':
      return { registrytoken: secret };
    default:
      return {
        auth: Buffer.from(`${credential.username}:${secret}`).toString(
          'base64',
        ),
      };
  }
}
