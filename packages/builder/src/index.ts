/**
 * Builds container images from Dockerfiles without a daemon.
 *
 * @packageDocumentation
 */
export {
  BuilderError,
  isBuilderError,
  type BuilderErrorDetails,
  type BuilderErrorKind,
  type SourcePosition,
} from './errors/BuilderError';
export type * from './model/ImageConfig';
export type * from './graph/Operation';
export type * from './layers/FileTree';
export type * from './layers/Layer';
export type * from './layers/LayerChange';
export type * from './layers/LayerStore';
export { DiskLayerStore } from './layers/store/DiskLayerStore';
export type * from './layers/store/DiskLayerStoreOptions';
export type { LayerLimits } from './layers/index/IndexBuilder';
export { chainIds } from './layers/chainIds';
export { diffOverlay, type DiffOptions } from './layers/diff/diffOverlay';
export { diffDirectory } from './layers/diff/diffDirectory';
export { takeSnapshot, type Snapshot } from './layers/diff/takeSnapshot';
export type * from './execute/Executor';
export {
  parseDockerfile,
  type ParseDockerfileOptions,
} from './dockerfile/parseDockerfile';
export type * from './dockerfile/Dockerfile';
export type * from './dockerfile/Instruction';
export type * from './dockerfile/RunMount';
export { readDockerignore } from './dockerfile/ignore/readDockerignore';
export {
  createIgnoreMatcher,
  type IgnoreMatcher,
  type IgnoreState,
} from './dockerfile/ignore/createIgnoreMatcher';
export {
  matchSource,
  type SourceMatcher,
} from './dockerfile/ignore/matchSource';
export { toGraph } from './frontend/toGraph';
export type * from './frontend/BuildPlan';
export type * from './frontend/GraphOptions';
export type * from './frontend/ImageResolver';
export { normalizePlatform, parsePlatform } from './frontend/platform';
export { composeImage, type ImageParts } from './image/composeImage';
export { composeBundle, type BundleOptions } from './image/composeBundle';
export type * from './image/ComposedImage';
export type { ImageFormat } from './image/imageMediaTypes';
export type { LayerBytes } from './output/LayerBytes';
export { writeOciLayout, type OutputSettings } from './output/writeOciLayout';
export {
  writeDockerArchive,
  writeOciArchive,
} from './output/writeImageArchive';
export { writeRootArchive } from './output/writeRootArchive';
export { writeLocal, type LocalSettings } from './output/writeLocal';
export {
  pushBundle,
  type BundlePushEvent,
  type PushSettings,
} from './output/pushBundle';
export { build, type BuildDependencies } from './build';
export type * from './build/BuildOptions';
export type * from './build/BuildResult';
export type * from './solve/SolveEvent';
export { CacheFolders } from './cache/CacheFolders';
export { cacheInfo, type CacheInfo } from './cache/cacheInfo';
export { pruneCache, type Pruned, type PruneOptions } from './cache/pruneCache';
export type { CacheKind } from './cache/listCache';
export { defaultCacheDir } from './build/defaultCacheDir';
