import type { BuildogConfig } from '../config';
import type { AgentOptions } from '../controller/ControllerDependencies';
import { mintIngestToken } from '../logs/ingestToken';

/** What the agent's programs are told besides what a build's plan says. */
export function composeAgent(config: BuildogConfig): AgentOptions {
  const { sources, registries, ingest } = config;
  const insecureHosts = registries.filter(r => r.insecure).map(r => r.host);
  return {
    init: () => ({
      git: {
        transports: sources.allowHttp
          ? ['https', 'ssh', 'http']
          : ['https', 'ssh'],
        submodules: sources.submodules ? { depth: 3 } : false,
      },
    }),
    publish: () => ({ insecureHosts }),
    ...(ingest.url && {
      ingest: { url: ingest.url, mintToken: mintIngestToken },
    }),
  };
}
