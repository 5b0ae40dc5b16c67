import type { RootConfigService } from '@backstage/backend-plugin-api';
import { ScmIntegrations } from '@backstage/integration';
import { SourceError } from '@buildog/plugin-buildog-node';
import type { SourceResolver } from '@buildog/plugin-buildog-node';
import type { BuildogConfig } from '../config';
import type { BuildSnapshot } from '../domain/BuildSnapshot';
import { GitSourceResolver } from '../sources/GitSourceResolver';
import { HostRules } from '../sources/HostRules';
import { integrationCredential } from '../sources/integrationCredential';
import { SourceCredentials } from '../sources/SourceCredentials';

/** Where source comes from, as whom, and where people look at it. */
export interface ComposedSources {
  resolvers: SourceResolver[];
  credentials: SourceCredentials;
  checkSource(repositoryUrl: string): Promise<void>;
  listBranches(
    repositoryUrl: string,
    signal: AbortSignal,
  ): ReturnType<SourceResolver['listBranches']>;
  sourceUrl(snapshot: BuildSnapshot): string | undefined;
}

/** What comes before a commit in the addresses of the hosts people use. */
const TREE_PATHS: Record<string, string | undefined> = {
  github: '/tree/',
  gitlab: '/-/tree/',
  gitea: '/src/commit/',
  bitbucketCloud: '/src/',
};

/** The resolvers of modules, then our own git. */
export function composeSources(
  { sources, proxy }: BuildogConfig,
  added: readonly SourceResolver[],
  config: RootConfigService,
): ComposedSources {
  const hosts = new HostRules(sources.allowedHosts);
  const credentials = new SourceCredentials(
    sources.credentials,
    integrationCredential(config),
  );
  const resolvers = [
    ...added,
    new GitSourceResolver({ config: sources, proxy, hosts, credentials }),
  ];
  const integrations = ScmIntegrations.fromConfig(config);
  return {
    resolvers,
    credentials,
    async checkSource(repositoryUrl) {
      const { protocol, host } = new URL(repositoryUrl);
      if (protocol === 'http:' && !sources.allowHttp) {
        throw new SourceError(
          {
            code: 'GitTransportRefused',
            category: 'Policy',
            message: `The repository at ${host} is read by unencrypted http, which buildog.sources.allowHttp does not allow.`,
          },
          { retryable: false },
        );
      }
      await hosts.check(host.toLowerCase());
    },
    listBranches(repositoryUrl, signal) {
      const resolver = resolvers.find(r => r.handles(repositoryUrl));
      if (!resolver) throw new Error('no resolver handles every repository');
      return resolver.listBranches(repositoryUrl, { signal });
    },
    sourceUrl({ build }) {
      const { repositoryUrl } = build.inputs;
      if (!build.revision) return undefined;
      const integration = integrations.byUrl(repositoryUrl);
      const path = TREE_PATHS[integration?.type ?? ''];
      return (
        path &&
        `${repositoryUrl.replace(/(\.git)?\/?$/, '')}${path}${build.revision}`
      );
    },
  };
}
