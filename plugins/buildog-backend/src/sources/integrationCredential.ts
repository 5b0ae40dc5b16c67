import type { Config } from '@backstage/config';
import {
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import type { IntegrationCredential } from './SourceCredentials';

/**
 * The credentials of Backstage's `integrations`, so that a portal that can
 * read its repositories needs no second setting. GitHub (token or app) and
 * GitLab (token); other hosts are configured in `buildog.sources.credentials`.
 */
export function integrationCredential(config: Config): IntegrationCredential {
  const integrations = ScmIntegrations.fromConfig(config);
  const github =
    DefaultGithubCredentialsProvider.fromIntegrations(integrations);
  return async repositoryUrl => {
    if (integrations.github.byUrl(repositoryUrl)) {
      const { token } = await github.getCredentials({ url: repositoryUrl });
      return token
        ? { username: 'x-access-token', password: token }
        : undefined;
    }
    const token = integrations.gitlab.byUrl(repositoryUrl)?.config.token;
    return token ? { username: 'oauth2', password: token } : undefined;
  };
}
