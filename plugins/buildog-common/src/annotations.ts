/**
 * On an entity: `default` enables builds from the Dockerfile at the entity's
 * source location; a path names the BuildConfig to read.
 * @public
 */
export const BUILDOG_CONFIG_ANNOTATION = 'buildog.dev/config';

/**
 * On an entity: the Dockerfile's path, relative to the source location.
 * Default `Dockerfile`.
 * @public
 */
export const BUILDOG_DOCKERFILE_ANNOTATION = 'buildog.dev/dockerfile';

/**
 * On an entity: the build context's folder, relative to the repository's
 * root. Default: the source location's folder.
 * @public
 */
export const BUILDOG_CONTEXT_ANNOTATION = 'buildog.dev/context';
