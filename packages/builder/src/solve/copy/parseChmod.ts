import { BuilderError } from '../../errors/BuilderError';

/** Gives the new permission bits (12) of something that has others. */
export type ChangeMode = (mode: number, isDirectory: boolean) => number;

const CLAUSE = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/;
const ACTION = /([-+=])([rwxXstugo]*)/g;

/**
 * Reads `--chmod`: an octal number of up to four digits, or symbolic modes as
 * chmod(1) knows them (`u=rwX,go=rX`). Without a class (`+x`) all classes are meant.
 *
 * @throws {@link BuilderError} `validation`
 */
export function parseChmod(text: string): ChangeMode {
  if (/^[0-7]{1,4}$/.test(text)) {
    const mode = parseInt(text, 8);
    return () => mode;
  }
  const clauses = text.split(',').map(clause => {
    const [, who, actions] = CLAUSE.exec(clause) ?? [];
    if (actions === undefined) {
      throw new BuilderError(
        'validation',
        `--chmod=${text.slice(
          0,
          60,
        )} is neither an octal number such as 755 nor a symbolic mode such as u=rwX,go=rX`,
      );
    }
    return { classes: classesOf(who), actions: [...actions.matchAll(ACTION)] };
  });
  return (before, isDirectory) => {
    let mode = before;
    for (const { classes, actions } of clauses) {
      for (const [, operator, what] of actions) {
        mode = change(mode, { classes, operator, what, isDirectory });
      }
    }
    return mode;
  };
}

/**
 * Mode of directories that a copy makes on its way: as BuildKit has it, an octal
 * `--chmod` is theirs too, without set-user-id, set-group-id and sticky.
 */
export function folderModeOf(chmod: string | undefined): number {
  return chmod !== undefined && /^[0-7]{1,4}$/.test(chmod)
    ? parseInt(chmod, 8) % 0o1000
    : 0o755;
}

type Class = 'u' | 'g' | 'o';
const shifts: Record<Class, number> = { u: 6, g: 3, o: 0 };

function classesOf(who: string): Class[] {
  if (who === '' || who.includes('a')) return ['u', 'g', 'o'];
  return [...new Set(who)] as Class[];
}

interface Change {
  readonly classes: readonly Class[];
  readonly operator: string;
  readonly what: string;
  readonly isDirectory: boolean;
}

/* eslint-disable no-bitwise -- permission bits */
function change(mode: number, wanted: Change): number {
  const { classes, operator, what, isDirectory } = wanted;
  let bits = 0;
  let mask = 0;
  for (const name of classes) {
    const shift = shifts[name];
    bits |= permissions(mode, what, isDirectory) << shift;
    mask |= 0o7 << shift;
    if (what.includes('s') && name === 'u') bits |= 0o4000;
    if (what.includes('s') && name === 'g') bits |= 0o2000;
    if (name === 'u') mask |= 0o4000;
    if (name === 'g') mask |= 0o2000;
  }
  if (what.includes('t')) bits |= 0o1000;
  if (operator === '+') return mode | bits;
  if (operator === '-') return mode & ~bits;
  // A directory keeps setuid and setgid that nobody spoke of, as chmod(1) does.
  const kept = isDirectory && !what.includes('s') ? 0o6000 : 0;
  return (mode & ~(mask & ~kept)) | bits;
}

function permissions(mode: number, what: string, isDirectory: boolean): number {
  const [name] = what;
  if (what.length === 1 && (name === 'u' || name === 'g' || name === 'o')) {
    return (mode >> shifts[name]) & 0o7;
  }
  const executable = isDirectory || (mode & 0o111) !== 0;
  return (
    (what.includes('r') ? 4 : 0) |
    (what.includes('w') ? 2 : 0) |
    (what.includes('x') || (what.includes('X') && executable) ? 1 : 0)
  );
}
