import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { nameFromBytes } from '../path/nameBytes';
import { layerArchive } from '../testing/layerArchive';
import { readArchive } from '../testing/readArchive';
import { formatTarHeader } from './formatTarHeader';
import { formatPaxRecords, parsePaxRecords } from './paxRecords';
import { TarHeader, tarTypes } from './TarHeader';

const anyName = fc
  .array(
    fc
      .uint8Array({ minLength: 1, maxLength: 120 })
      .map(bytes => nameFromBytes(Buffer.from(bytes)).replace(/[\0/]/g, '_')),
    { minLength: 1, maxLength: 4 },
  )
  .map(names => names.join('/'));

const anyHeader: fc.Arbitrary<TarHeader> = fc.record({
  name: anyName,
  type: fc.constantFrom(tarTypes.symlink, tarTypes.directory, tarTypes.fifo),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.integer({ min: 0, max: 4294967294 }),
  gid: fc.integer({ min: 0, max: 4294967294 }),
  size: fc.constant(0),
  mtime: fc.integer({ min: -(2 ** 36), max: 2 ** 36 }),
  linkName: anyName,
  device: fc.constant([0, 0] as const),
});

describe('headers', () => {
  it('come back as they were, in chunks of any size', () => {
    fc.assert(
      fc.property(
        fc.array(anyHeader, { maxLength: 5 }),
        fc.integer({ min: 1, max: 2000 }),
        (headers, chunkSize) => {
          const archive = layerArchive(headers);
          const found = readArchive(archive, chunkSize);
          const isDirectory = (type: string) => type === tarTypes.directory;
          expect(found.map(({ header }) => header)).toEqual(
            headers.map(header => ({
              ...header,
              name: header.name + (isDirectory(header.type) ? '/' : ''),
            })),
          );
        },
      ),
    );
  });

  it('keep extended attributes and contents', () => {
    const xattrs = { 'user.a': Buffer.from('x\0\n=').toString('base64') };
    const archive = layerArchive([
      { name: 'a', content: 'hello', xattrs },
      { name: 'b', content: 'x'.repeat(513) },
    ]);
    for (const size of [1, 511, 512, 513, 100_000]) {
      const [a, b] = readArchive(archive, size);
      expect(a).toMatchObject({ content: 'hello', header: { xattrs } });
      expect(b.content).toHaveLength(513);
    }
  });

  it('are plain ustar where that is enough', () => {
    const archive = layerArchive([
      { name: `${'d'.repeat(60)}/${'f'.repeat(90)}` },
    ]);
    expect(archive).toHaveLength(3 * 512);
  });

  it('say the same to GNU tar', () => {
    const names = ['ascii', 'ümläut', `${'long/'.repeat(60)}name`, 'new\nline'];
    const archive = layerArchive(
      names.map((name, i) => ({
        name,
        uid: 10 ** (i + 3),
        gid: i,
        mtime: 86400 * i,
        content: 'x'.repeat(i),
      })),
    );
    const list = execFileSync(
      'tar',
      ['-tvf', '-', '--numeric-owner', '--full-time', '--quoting-style=escape'],
      {
        input: archive,
        encoding: 'utf8',
        env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' },
      },
    );
    expect(
      list
        .trim()
        .split('\n')
        .map(line => line.replace(/ +/g, ' ')),
    ).toEqual([
      '-rw-r--r-- 1000/0 0 1970-01-01 00:00:00 ascii',
      '-rw-r--r-- 10000/1 1 1970-01-02 00:00:00 ümläut',
      `-rw-r--r-- 100000/2 2 1970-01-03 00:00:00 ${names[2]}`,
      '-rw-r--r-- 1000000/3 3 1970-01-04 00:00:00 new\\nline',
    ]);
  });
});

describe('archives of GNU tar', () => {
  it.each(['gnu', 'pax', 'ustar', 'oldgnu', 'v7'])('are read: %s', format => {
    const args = [
      '-c',
      '-f',
      '-',
      `--format=${format}`,
      '--owner=7',
      '--group=8',
      '--mtime=@5',
    ];
    const archive = execFileSync('tar', [...args, '-C', '/etc', 'passwd']);
    const [{ header, content }] = readArchive(archive);
    expect(header).toMatchObject({ name: 'passwd', uid: 7, gid: 8, mtime: 5 });
    expect(content).toContain('root:');
  });
});

describe('refused', () => {
  const file = () => layerArchive([{ name: 'a', content: 'abc' }]);
  const block = (change: (bytes: Buffer) => void) => {
    const bytes = file();
    change(bytes);
    bytes.fill(0x20, 148, 156);
    const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return bytes;
  };
  const noted = (type: string, content: Buffer) => {
    const records = Buffer.concat([content, Buffer.alloc(512)]);
    const header = layerArchive([
      { name: 'x', content: content.toString('latin1') },
    ]);
    header.write(type, 156);
    return Buffer.concat([
      header.subarray(0, 512),
      records.subarray(0, Math.ceil(content.length / 512) * 512),
      file(),
    ]);
  };
  it.each<[string, Buffer, RegExp]>([
    ['a wrong checksum', Object.assign(file(), { 0: 0x62 }), /checksum/],
    ['a negative size', block(b => b.fill(0xff, 124, 136)), /negative size/],
    ['a size beyond all', block(b => b.fill(0x8f, 124, 136)), /too large/],
    ['letters for a number', block(b => b.write('zzzzzzz', 100)), /octal/],
    ['an unknown type', block(b => b.write('V', 156)), /type "V"/],
    ['a GNU sparse file', block(b => b.write('S', 156)), /type "S"/],
    ['an end in a content', file().subarray(0, 514), /middle of an entry/],
    ['an end in a header', file().subarray(0, 100), /middle of an entry/],
  ])('%s', (_, archive, message) => {
    expect(() => readArchive(archive)).toThrow(message);
  });

  it.each([
    ['30 path=x\n', /cannot be read/],
    ['path=x\n', /cannot be read/],
    ['0 path=x\n', /cannot be read/],
    ['5 =x\n', /cannot be read/],
    ['22 GNU.sparse.major=1\n', /sparse/],
    ['11 size=-1\n', /negative/],
    ['12 uid=abcd\n', /no number/],
    ['19 uid=99999999999\n', /owner/],
  ])('an extended header: %j', (records, message) => {
    const bytes = noted('x', Buffer.from(records));
    bytes.write(records.length.toString(8).padStart(11, '0'), 124);
    bytes.fill(0x20, 148, 156);
    const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(() => readArchive(bytes)).toThrow(message);
  });

  it('is nothing in another way, whatever the bytes', () => {
    const kindOf = (archive: Buffer) => {
      try {
        return `read: ${readArchive(archive, 100).length >= 0}`;
      } catch (error) {
        return `refused: ${(error as { kind?: string }).kind}`;
      }
    };
    const known = ['read: true', 'refused: manifest'];
    const valid = layerArchive([
      { name: 'a', content: 'x'.repeat(600) },
      { name: 'ü', linkName: 'y'.repeat(200), type: tarTypes.symlink },
    ]);
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), bytes => {
        expect(known).toContain(kindOf(Buffer.from(bytes)));
      }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), changes => {
        const archive = Buffer.from(valid);
        for (const [at, byte] of changes) archive[at] = byte;
        expect(known).toContain(kindOf(archive));
      }),
    );
  });
});

describe('extended header records', () => {
  it('come back, sorted by key', () => {
    const value = (text: string) => Buffer.from(text);
    const records = new Map([
      ['z', value('1')],
      ['a', value('x'.repeat(93))],
      ['b', value('y'.repeat(995))],
    ]);
    const parsed = parsePaxRecords(formatPaxRecords(records));
    expect([...parsed.keys()]).toEqual(['a', 'b', 'z']);
    expect(new Map([...parsed].sort())).toEqual(new Map([...records].sort()));
  });

  it('carry what does not fit the header', () => {
    const bytes = formatTarHeader({
      name: 'n'.repeat(101),
      type: tarTypes.file,
      mode: 0,
      uid: 3_000_000,
      gid: 0,
      size: 9 * 1024 ** 3,
      mtime: -1,
      linkName: '',
      device: [0, 0],
    });
    const records = [...parsePaxRecords(trimmed(bytes))].map(
      ([key, text]) => `${key}=${text}`,
    );
    expect(records).toEqual([
      'mtime=-1',
      `path=${'n'.repeat(101)}`,
      `size=${9 * 1024 ** 3}`,
      'uid=3000000',
    ]);
  });
});

function trimmed(bytes: Buffer): Buffer {
  const size = parseInt(bytes.toString('latin1', 124, 135), 8);
  return bytes.subarray(512, 512 + size);
}
