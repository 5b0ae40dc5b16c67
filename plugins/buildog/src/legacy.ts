/**
 * The Build tab for apps of the old frontend system.
 *
 * @packageDocumentation
 */
export { buildogApiRef } from './api/buildogApiRef';
export { isBuildable } from './isBuildable';
export { buildogPlugin, EntityBuildContent } from './legacy/plugin';
