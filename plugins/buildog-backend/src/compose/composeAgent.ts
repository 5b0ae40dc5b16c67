import { readFile } from 'node:fs/promises';
import type { CredentialFiles } from '@buildog/plugin-buildog-node';
import type { BuildogConfig } from '../config';
import type {
  AgentOptions,
  JobCredentials,
} from '../controller/ControllerDependencies';
import { mintIngestToken } from '../logs/ingestToken';
import { jobCredentials } from '../release/jobCredentials';
import type { FindSourceCredential } from '../release/jobCredentials';
import { configuredKeychain } from '../release/registryClient';

/** Where a container finds the authority that its server's certificate is from. */
const CA_FILE = 'ca.pem';
const CA_PATH = `/buildog/credentials/${CA_FILE}`;

/** What the agent's programs are told and given besides what a plan says. */
export interface ComposedAgent {
  agent: AgentOptions;
  credentials: JobCredentials;
}

/** The agent's part of app-config. @throws Error for an unreadable CA file. */
export async function composeAgent(
  config: BuildogConfig,
  sourceCredentials: FindSourceCredential,
): Promise<ComposedAgent> {
  const { sources, registries, ingest, proxy } = config;
  const insecureHosts = registries.filter(r => r.insecure).map(r => r.host);
  const ingestCa = ingest.caFile && (await readFile(ingest.caFile, 'utf8'));
  const common = proxy && { proxy };
  return {
    agent: {
      init: () => ({
        ...common,
        ...(sources.caFile && { caFile: CA_PATH }),
        limits: { bytes: sources.maxSize, files: sources.maxFiles },
        git: {
          transports: sources.allowHttp
            ? ['https', 'ssh', 'http']
            : ['https', 'ssh'],
          submodules: sources.submodules ? { depth: 3 } : false,
          lfs: sources.lfs,
        },
      }),
      publish: repository => ({
        ...common,
        ...(caFileOf(config, repository) && { caFile: CA_PATH }),
        insecureHosts,
      }),
      ...(ingest.url && {
        ingest: {
          url: ingest.url,
          ...(ingestCa && {
            ca: { file: CA_FILE, path: CA_PATH, pem: ingestCa },
          }),
          mintToken: mintIngestToken,
        },
      }),
    },
    credentials: withAuthorities(
      config,
      jobCredentials(sourceCredentials, configuredKeychain(registries)),
    ),
  };
}

/** Adds the certificate authorities; files are read anew for each job. */
function withAuthorities(
  config: BuildogConfig,
  credentials: JobCredentials,
): JobCredentials {
  const authority = async (
    file: string | undefined,
  ): Promise<CredentialFiles> =>
    file ? { [CA_FILE]: await readFile(file, 'utf8') } : {};
  return {
    forSource: async repositoryUrl => ({
      ...(await credentials.forSource(repositoryUrl)),
      ...(await authority(config.sources.caFile)),
    }),
    forPush: async repository => ({
      ...(await credentials.forPush(repository)),
      ...(await authority(caFileOf(config, repository))),
    }),
  };
}

function caFileOf(
  { registries }: BuildogConfig,
  repository: string,
): string | undefined {
  const [host] = repository.split('/');
  return registries.find(registry => registry.host === host)?.caFile;
}
