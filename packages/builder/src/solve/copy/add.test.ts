import { gzipSync } from 'node:zlib';
import { formatTarHeader } from '../../layers/tar/formatTarHeader';
import { temporaryFolder } from '../../testing/temporaryFolder';
import { runCopy, type Case } from '../../testing/runCopy';

const folder = temporaryFolder();
const run = (given: Case) => runCopy(folder, given);

function archive(
  entries: readonly {
    name: string;
    type?: string;
    content?: string;
    link?: string;
    uid?: number;
  }[],
) {
  const parts = entries.flatMap(
    ({ name, type = '0', content = '', link = '', uid = 0 }) => {
      const bytes = Buffer.from(content);
      const header = formatTarHeader({
        name,
        type: type as '0',
        mode: type === '5' ? 0o755 : 0o640,
        uid,
        gid: uid,
        size: bytes.length,
        mtime: 9,
        linkName: link,
        device: [0, 0],
      });
      return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
    },
  );
  return Buffer.concat([...parts.flat(), Buffer.alloc(1024)]);
}

describe('ADD', () => {
  const entries = [
    { name: 'd/', type: '5', uid: 4 },
    { name: 'd/f', content: 'F', uid: 4 },
    { name: 'l', type: '2', link: 'd/f' },
    { name: 'h', type: '1', link: 'd/f' },
  ];
  const more = { unpack: true };
  const unpacked = {
    x: '755 directory',
    'x/d': '755 4:4 directory',
    'x/d/f': '640 4:4 F',
    'x/h': '640 4:4 F',
    'x/l': '777 d/f',
  };

  it.each([
    ['a plain archive', archive(entries)],
    ['a gzip archive', gzipSync(archive(entries))],
  ])('unpacks %s', async (_, bytes) => {
    const found = await run({
      from: { a: { bytes } },
      sources: ['a'],
      to: '/x',
      more,
    });
    expect(found).toEqual(unpacked);
  });

  it('copies what is no archive, and with COPY what is one', async () => {
    const given = { from: { a: 'text' }, sources: ['a'], to: '/x', more };
    expect(await run(given)).toEqual({ x: '644 text' });
    const zipped = gzipSync(Buffer.from('no archive'));
    const kept = await run({
      from: { a: { bytes: zipped } },
      sources: ['a'],
      to: '/x',
      more,
    });
    expect(Object.keys(kept)).toEqual(['x']);
  });

  it.each([
    ['leaves its folder', [{ name: '../out', content: 'x' }], /"\.\."/],
    [
      'links to nothing',
      [{ name: 'h', type: '1', link: 'nothing' }],
      /hard link/,
    ],
    ['holds a device', [{ name: 'dev', type: '3' }], /device/],
  ])('refuses an archive that %s', async (_, bad, message) => {
    const bytes = archive(bad);
    await expect(
      run({ from: { a: { bytes } }, sources: ['a'], to: '/x/', more }),
    ).rejects.toThrow(message);
  });

  it('replaces what stands in the way, inside the image only', async () => {
    const bytes = archive([
      { name: 'l/', type: '5' },
      { name: 'l/f', content: 'F' },
    ]);
    const below = {
      l: { type: 'symlink' as const, mode: 0o777, link: '../../etc' },
    };
    expect(
      await run({
        from: { a: { bytes } },
        below,
        sources: ['a'],
        to: '/',
        more,
      }),
    ).toEqual({
      l: '755 directory',
      'l/f': '640 F',
    });
  });
});
