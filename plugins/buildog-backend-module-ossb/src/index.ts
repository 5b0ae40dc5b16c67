/**
 * Builds with our own daemonless Dockerfile builder: as a container of a job,
 * or as processes of this machine.
 *
 * @packageDocumentation
 */
export { ossbModule as default } from './ossbModule';
export { ossbScheduler } from './ossbScheduler';
export { ossbSettingsSchema } from './ossbSettings';
export type { OssbSettings } from './ossbSettings';
