/** One mount: what `mount(8)` reads from a line of fstab(5). */
export interface FstabLine {
  readonly source: string;
  /** Absolute path on this machine, without symlinks. */
  readonly target: string;
  readonly type: string;
  readonly options: readonly string[];
}

/**
 * Text for `mount --all --fstab`: all mounts of a step in one process instead
 * of one process each. Blanks and backslashes are written as fstab(5) has them.
 */
export function renderFstab(lines: readonly FstabLine[]): string {
  return lines
    .map(
      ({ source, target, type, options }) =>
        `${escape(source)} ${escape(target)} ${type} ${escape(
          options.join(','),
        )} 0 0\n`,
    )
    .join('');
}

function escape(field: string): string {
  return field.replace(
    /[\s\\#]/g,
    character => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
