import { ShellPattern } from './ShellPattern';

/** `${name#pattern}`; with `longest`, `${name##pattern}`. */
export function removePrefix(
  value: string,
  pattern: string,
  longest: boolean,
): string {
  const text = Array.from(value);
  const end = ShellPattern.parse(pattern).matchAt(text, 0, longest);
  return end === undefined ? value : text.slice(end).join('');
}

/** `${name%pattern}`; with `longest`, `${name%%pattern}`. */
export function removeSuffix(
  value: string,
  pattern: string,
  longest: boolean,
): string {
  const text = Array.from(value).reverse();
  const end = ShellPattern.parse(pattern).reversed().matchAt(text, 0, longest);
  return end === undefined ? value : text.slice(end).reverse().join('');
}

/** `${name/pattern/replacement}`; with `all`, `${name//pattern/replacement}`. */
export function replaceMatches(
  value: string,
  pattern: string,
  replacement: string,
  all: boolean,
): string {
  const compiled = ShellPattern.parse(pattern);
  const text = Array.from(value);
  const result: string[] = [];
  let position = 0;
  // An empty match right after another match is none.
  let previousEnd = -1;
  while (position <= text.length) {
    const match = compiled.search(text, position);
    if (!match) break;
    const { start, end } = match;
    result.push(...slice(text, position, start));
    if (end > start || start !== previousEnd) result.push(replacement);
    if (end === start) result.push(...slice(text, start, start + 1));
    position = end === start ? end + 1 : end;
    previousEnd = end;
    if (!all) break;
  }
  return result.join('') + text.slice(position).join('');
}

function slice(text: readonly string[], start: number, end: number): string[] {
  const part = text.slice(start, end);
  return part.length ? [part.join('')] : [];
}
