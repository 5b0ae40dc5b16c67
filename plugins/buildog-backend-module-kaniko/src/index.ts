/**
 * Builds with the kaniko executor.
 *
 * @packageDocumentation
 */
export { kanikoModule as default } from './kanikoModule';
export { kanikoScheduler } from './kanikoScheduler';
export { kanikoSettingsSchema } from './kanikoSettings';
export type { KanikoSettings } from './kanikoSettings';
