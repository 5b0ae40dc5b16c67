import type { Header } from 'tar-stream';
import { AgentError, printable } from '../../program';

const PATH_LIMIT = 1024;
const PART_LIMIT = 255;

/**
 * Decides whether an entry of an archive may be extracted.
 *
 * @returns its path relative to the root, `.` for the root itself
 * @throws AgentError `ArchiveUnsafe`, naming entry and rule
 */
export function checkArchiveEntry(
  header: Pick<Header, 'name' | 'type' | 'mode' | 'pax'>,
): string {
  const { name, type, mode, pax } = header;
  const refuse = (what: string): never => {
    throw new AgentError(
      'ArchiveUnsafe',
      `The archive was refused: ${printable(name, 120)}: ${what}.`,
    );
  };
  if (type !== 'file' && type !== 'directory') {
    refuse(
      `entries of type ${
        type ? printable(type, 40) : 'unknown'
      } are not allowed`,
    );
  }
  if (Object.keys(Object(pax)).some(key => key.startsWith('GNU.sparse'))) {
    refuse('sparse files are not allowed');
  }
  if (((mode ?? 0) & 0o6000) !== 0) refuse('set-id bits are not allowed');
  if (name.startsWith('/')) refuse('absolute paths are not allowed');
  if (/[\p{Cc}\\]/u.test(name)) {
    refuse('control characters and backslashes are not allowed');
  }
  if (name.length > PATH_LIMIT) refuse('the path is too long');
  const parts = name.split('/').filter(part => part !== '' && part !== '.');
  if (parts.includes('..')) refuse('`..` is not allowed');
  if (parts.some(part => Buffer.byteLength(part) > PART_LIMIT)) {
    refuse('a name is too long');
  }
  if (parts[0]?.startsWith('.buildog-')) refuse('the name is reserved');
  if (parts.length === 0 && type === 'file') refuse('a file needs a name');
  return parts.join('/') || '.';
}
