import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entryAt } from '../testing/putFile';
import {
  formatAttributeDump,
  parseAttributeDump,
  XattrsByPath,
} from './attributeDump';
import { attributeProgram } from './attributeProgram';
import { readXattrs } from './readXattrs';
import { writeXattrs } from './writeXattrs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'buildog-xattr-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');
const name = 'we ird\n\\ü=1';
const note = { 'user.note': base64('a\0b') };
const capability = {
  'security.capability': Buffer.from(
    '0100000200200000000000000000000000000000',
    'hex',
  ).toString('base64'),
};

describe.each(['attr', 'tar'] as const)('with %s', program => {
  it('attributes come back, and nothing else of the files changes', async () => {
    mkdirSync(join(root, 'd'));
    writeFileSync(join(root, 'd', name), 'content');
    writeFileSync(join(root, 'd', 'none'), '');
    utimesSync(join(root, 'd', name), 5, 5);
    const file = { size: 7, mtime: 5, mode: 0o755, uid: 3, gid: 4 };
    const entries = [
      entryAt('d', {
        type: 'directory',
        xattrs: { ...note, 'trusted.overlay.opaque': base64('y') },
      }),
      entryAt(`d/${name}`, { ...file, xattrs: { ...note, ...capability } }),
      entryAt('d/link', { type: 'symlink', xattrs: note }),
    ];
    const warnings: string[] = [];
    await writeXattrs(
      root,
      entries,
      message => warnings.push(message),
      program,
    );
    expect(warnings).toEqual([]);
    const found = await readXattrs(root, undefined, program);
    expect(Object.fromEntries(found)).toEqual({
      d: note,
      [`d/${name}`]: { ...capability, ...note },
    });
    expect(readFileSync(join(root, 'd', name), 'utf8')).toBe('content');
    expect(lstatSync(join(root, 'd', name)).mtimeMs).toBe(5000);
  });

  it('what the kernel refuses is said', async () => {
    const warnings: string[] = [];
    const missing = entryAt('missing', { xattrs: note });
    const gone = entryAt('gone', {
      type: 'directory',
      xattrs: { 'security.capability': base64('no') },
    });
    await writeXattrs(
      root,
      [missing, gone],
      message => warnings.push(message),
      program,
    ).catch(error => warnings.push(error.message));
    expect(warnings.join()).toMatch(/could be set|not allow|ENOENT/);
  });
});

describe('without a program', () => {
  it('what is not looked for and not set is said', async () => {
    const warnings: string[] = [];
    const warn = (message: string) => warnings.push(message);
    expect((await readXattrs(root, warn, 'none')).size).toBe(0);
    await writeXattrs(root, [entryAt('a', { xattrs: note })], warn, 'none');
    expect(warnings).toEqual([
      expect.stringMatching(/were not looked for: install/),
      expect.stringMatching(/were not set for RUN, for example of a: install/),
    ]);
  });

  it('is not what this machine is', () => {
    expect(attributeProgram()).not.toBe('none');
  });
});

describe('dumps', () => {
  it('come back', () => {
    const files: XattrsByPath = new Map<string, Record<string, string>>([
      [name, { 'user.a b': base64('x') }],
      ['', { 'user.c': '' }],
    ]);
    expect(parseAttributeDump(formatAttributeDump(files))).toEqual(files);
  });
});
