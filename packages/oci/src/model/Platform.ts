/**
 * What an image runs on, with the field names of the OCI image index
 * (`variant` is the CPU variant, for example `v8`).
 *
 * @public
 */
export interface Platform {
  /** `linux`, `windows`, … */
  readonly os: string;
  /** `amd64`, `arm64`, … */
  readonly architecture: string;
  /** Of the CPU: `v7`, `v8`, … */
  readonly variant?: string;
  /** Of Windows images. */
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
