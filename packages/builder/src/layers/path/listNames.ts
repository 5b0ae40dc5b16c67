import { readdirSync } from 'node:fs';
import { comparePaths } from './comparePaths';
import { fsPath, nameFromBytes } from './nameBytes';

/** Names in a directory of this machine, in the order of layers. */
export function listNames(directory: string): string[] {
  const names = readdirSync(fsPath(directory), 'utf8');
  // Bytes that are no UTF-8 come as this character: only then is it worth to ask again.
  const exact = names.some(name => name.includes('\ufffd'))
    ? readdirSync(fsPath(directory), 'buffer').map(nameFromBytes)
    : names;
  return exact.sort(comparePaths);
}
