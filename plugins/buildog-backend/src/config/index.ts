export * from './BuildogConfig';
export * from './ConfigError';
export * from './readConfig';
