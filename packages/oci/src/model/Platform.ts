/**
 * What an image runs on, with the field names of the OCI image index
 * (`variant` is the CPU variant, for example `v8`).
 *
 * @public
 */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
}

/**
 * Prints a platform as `os/architecture` or `os/architecture/variant`.
 *
 * @public
 */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}
