export { type BuildogConfig, buildogConfigSchema } from './BuildogConfig';
export { ConfigError } from './ConfigError';
export type { LogsConfig } from './logsSchema';
export type { ProxyConfig } from './proxySchema';
export { readConfig } from './readConfig';
export type { RegistryConfig } from './registrySchema';
export type { SourcesConfig } from './sourcesSchema';
