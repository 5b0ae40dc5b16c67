/**
 * Builds with buildah, in chroot isolation, without privileges.
 *
 * @packageDocumentation
 */
export { buildahModule as default } from './buildahModule';
export { buildahScheduler } from './buildahScheduler';
export { buildahSettingsSchema } from './buildahSettings';
export type { BuildahSettings } from './buildahSettings';
