import { bytesFromName, nameFromBytes } from '../path/nameBytes';

/** Attributes (name to base64) by path. */
export type XattrsByPath = Map<string, Record<string, string>>;

/**
 * Reads what `getfattr --dump --encoding=base64` prints: a line `# file: PATH`
 * and lines `NAME=0sBASE64` for each file; unusual bytes are `\OOO`.
 */
export function parseAttributeDump(bytes: Buffer): XattrsByPath {
  const files: XattrsByPath = new Map();
  let current: Record<string, string> | undefined;
  for (const line of bytes.toString('latin1').split('\n')) {
    if (line.startsWith('# file: ')) {
      const path = unescape(line.slice('# file: '.length)).replace(
        /^\.\/?/,
        '',
      );
      current = {};
      files.set(path, current);
      continue;
    }
    const equals = line.indexOf('=');
    if (!current || equals < 1) continue;
    const value = line.slice(equals + 1);
    const name = unescape(line.slice(0, equals));
    current[name] = value.startsWith('0s') ? value.slice(2) : '';
  }
  return files;
}

/** Text for `setfattr --restore`. */
export function formatAttributeDump(files: XattrsByPath): Buffer {
  const lines: string[] = [];
  for (const [path, attributes] of files) {
    lines.push(`# file: ${escape(`./${path}`)}`);
    for (const [name, value] of Object.entries(attributes)) {
      lines.push(`${escape(name)}=0s${value}`);
    }
    lines.push('');
  }
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

function unescape(text: string): string {
  const bytes = text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(parseInt(octal, 8)),
  );
  return nameFromBytes(Buffer.from(bytes, 'latin1'));
}

function escape(text: string): string {
  return bytesFromName(text)
    .toString('latin1')
    .replace(
      /[^\x21-\x7e]|[\\=]/g,
      character => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
    );
}
