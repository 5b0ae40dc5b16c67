/**
 * Shows and starts container image builds on the pages of a Backstage
 * catalog. The default export is the plugin for the new frontend system; for
 * the old one see `./legacy`.
 *
 * @packageDocumentation
 */
export { buildogApiRef } from './api/buildogApiRef';
export { isBuildable } from './isBuildable';
export { buildogPlugin as default } from './plugin';
