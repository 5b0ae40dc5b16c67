import { ArchiveEntry, layerArchive } from '../testing/layerArchive';
import { tarTypes } from '../tar/TarHeader';
import { TarReader } from '../tar/TarReader';
import { IndexBuilder } from './IndexBuilder';
import type { LayerIndex } from './LayerIndex';

const limits = { maxEntries: 100, maxUnpackedBytes: 1000 };

function indexOf(entries: readonly ArchiveEntry[]): LayerIndex {
  const builder = new IndexBuilder(limits);
  const reader = new TarReader({
    entry: (header, offset) => builder.add(header, offset),
    data: () => undefined,
  });
  reader.push(layerArchive(entries));
  reader.finish();
  return builder.finish('sha256:0');
}

function paths(entries: readonly ArchiveEntry[]): string[] {
  return indexOf(entries).rows.map(
    ({ entry, implicit, opaque, hardLinkTo, lowerLink }) =>
      [
        entry.path || '.',
        entry.type === 'file' ? '' : `(${entry.type})`,
        implicit ? '(implicit)' : '',
        opaque ? '(opaque)' : '',
        hardLinkTo && `= ${hardLinkTo}`,
        lowerLink && `=> ${lowerLink}`,
      ]
        .filter(Boolean)
        .join(' '),
  );
}

const directory = (name: string): ArchiveEntry => ({
  name,
  type: tarTypes.directory,
});
const symlink = (name: string, linkName: string): ArchiveEntry => ({
  name,
  linkName,
  type: tarTypes.symlink,
});
const hardLink = (name: string, linkName: string): ArchiveEntry => ({
  name,
  linkName,
  type: tarTypes.hardLink,
});

const root = '. (directory) (implicit)';

describe('what an archive means', () => {
  it.each<[string, ArchiveEntry[], string[]]>([
    ['nothing', [], [root]],
    ['its own root', [directory('./')], ['. (directory)']],
    [
      'absolute names are inside',
      [{ name: '/etc/x' }],
      [root, 'etc (directory) (implicit)', 'etc/x'],
    ],
    [
      'doubled slashes and dots',
      [{ name: './/a/./b' }],
      [root, 'a (directory) (implicit)', 'a/b'],
    ],
    [
      'order is ours',
      [{ name: 'a-b' }, { name: 'b' }, { name: 'a/x' }],
      [root, 'a (directory) (implicit)', 'a/x', 'a-b', 'b'],
    ],
    [
      'the last of two counts',
      [{ name: 'a' }, symlink('a', 'x')],
      [root, 'a (symlink)'],
    ],
    [
      'a directory twice keeps its files',
      [directory('a'), { name: 'a/b' }, directory('a')],
      [root, 'a (directory)', 'a/b'],
    ],
    [
      'a file over a directory removes it',
      [{ name: 'a/b' }, { name: 'a' }],
      [root, 'a'],
    ],
    [
      'links in parents stay inside',
      [symlink('a', '/etc'), { name: 'a/passwd' }],
      [root, 'a (symlink)', 'etc (directory) (implicit)', 'etc/passwd'],
    ],
    [
      'links upwards end at the root',
      [symlink('a', '../../../x'), { name: 'a/f' }],
      [root, 'a (symlink)', 'x (directory) (implicit)', 'x/f'],
    ],
    [
      'relative links',
      [symlink('d/l', '../e'), { name: 'd/l/f' }],
      [
        root,
        'd (directory) (implicit)',
        'd/l (symlink)',
        'e (directory) (implicit)',
        'e/f',
      ],
    ],
    [
      'hard links, the first name first',
      [{ name: 'b' }, hardLink('a', 'b')],
      [root, 'a', 'b = a'],
    ],
    [
      'hard links to links are links',
      [symlink('s', '/etc/shadow'), hardLink('a', 's')],
      [root, 'a (symlink)', 's (symlink)'],
    ],
    ['hard links to itself', [{ name: 'a' }, hardLink('a', 'a')], [root, 'a']],
    [
      'hard links to what lies below',
      [hardLink('a', '/etc/passwd')],
      [root, 'a => etc/passwd'],
    ],
    [
      'opaque directories',
      [{ name: 'a/.wh..wh..opq' }],
      [root, 'a (directory) (implicit) (opaque)'],
    ],
    [
      'removed and made anew',
      [directory('a'), { name: '.wh.a' }, { name: 'a/b' }],
      [root, 'a (directory) (opaque)', 'a/b'],
    ],
    [
      'notes of AUFS',
      [{ name: '.wh..wh.plnk/1' }, directory('.wh..wh.orph')],
      [root, '.wh..wh.plnk (directory) (implicit)', '.wh..wh.plnk/1'],
    ],
  ])('%s', (_, entries, expected) => {
    expect(paths(entries)).toEqual(expected);
  });

  it('has whiteouts for what is not there', () => {
    const index = indexOf([
      { name: '.wh.b' },
      { name: 'd/.wh.a' },
      { name: 'b' },
    ]);
    expect(index.whiteouts).toEqual(['d/a']);
  });
});

describe('refused', () => {
  const loop = [symlink('a', 'b'), symlink('b', 'a'), { name: 'a/x' }];
  it.each<[string, ArchiveEntry[], RegExp]>([
    ['..', [{ name: '../x' }], /"\.\."/],
    ['.. in the middle', [{ name: 'a/../../x' }], /"\.\."/],
    ['.. of a hard link', [hardLink('a', '../../etc/shadow')], /"\.\."/],
    ['a long name', [{ name: 'x'.repeat(256) }], /255 bytes/],
    ['a long path', [{ name: 'x/'.repeat(2100) }], /4096/],
    ['links in a circle', loop, /lead nowhere/],
    ['a path through a file', [{ name: 'a' }, { name: 'a/b' }], /no directory/],
    [
      'a root that is a file',
      [{ name: './', type: tarTypes.symlink }],
      /root is no directory/,
    ],
    [
      'a hard link to a directory',
      [directory('d'), hardLink('a', 'd')],
      /to a directory/,
    ],
    ['a hard link to the root', [hardLink('a', '/')], /to a directory/],
    ['a whiteout of nothing', [{ name: '.wh.' }], /without a name/],
    ['a whiteout of the parent', [{ name: 'a/.wh...' }], /without a name/],
    [
      'too many entries',
      Array.from({ length: 101 }, (_, i) => ({ name: `${i}` })),
      /100 entries/,
    ],
    [
      'too many bytes',
      [{ name: 'a', content: 'x'.repeat(1001) }],
      /1000 bytes/,
    ],
  ])('%s', (_, entries, message) => {
    expect(() => indexOf(entries)).toThrow(message);
  });

  it('a NUL byte in a name', () => {
    const archive = layerArchive([{ name: 'é_x' }]);
    archive.write('\0', archive.indexOf('_x'));
    const builder = new IndexBuilder(limits);
    const reader = new TarReader({
      entry: header => builder.add(header, 0),
      data: () => undefined,
    });
    expect(() => reader.push(archive)).toThrow(/NUL/);
  });
});
