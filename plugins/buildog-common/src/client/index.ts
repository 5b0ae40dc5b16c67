export { BuildogClient, type BuildogClientOptions } from './BuildogClient';
export { BuildogRequestError } from './problemToError';
