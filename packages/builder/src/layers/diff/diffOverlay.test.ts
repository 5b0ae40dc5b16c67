import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { LayerChange } from '../LayerChange';
import { describeDirectory, describeTree } from '../testing/describeTree';
import { entryAt, putEntry, putFile } from '../testing/putFile';
import { MountedChain, StepFixture } from '../testing/StepFixture';
import { diffDirectory } from './diffDirectory';
import { diffOverlay } from './diffOverlay';
import { takeSnapshot } from './takeSnapshot';

let fixture: StepFixture;
const directory = { type: 'directory' } as const;

beforeAll(async () => {
  fixture = await StepFixture.create();
});

afterAll(() => fixture.remove());

const base = () =>
  fixture.chain(
    putEntry('dev', directory),
    putEntry('dev/null', { type: 'character', device: [1, 3], mode: 0o666 }),
    putEntry('etc', directory),
    putFile('etc/conf', 'x'),
    putFile('etc/linked', 'y'),
    {
      kind: 'put',
      entry: entryAt('etc/other', { size: 1 }),
      hardLinkTo: 'etc/linked',
    },
    putEntry('var', directory),
    putEntry('var/a', directory),
    putFile('var/a/file', 'z'),
  );

async function listed(changes: AsyncIterable<LayerChange>): Promise<string[]> {
  const lines: string[] = [];
  for await (const change of changes) {
    if (change.kind === 'remove') lines.push(`- ${change.path}`);
    else if (change.hardLinkTo === undefined)
      lines.push(`+ ${change.entry.path}`);
    else lines.push(`+ ${change.entry.path} = ${change.hardLinkTo}`);
  }
  return lines;
}

/** The same step in both forms. */
async function changesOfStep(
  step: (root: string) => void | Promise<void>,
  ignore: string[] = [],
): Promise<string[][]> {
  const chain = await base();
  const mounted: MountedChain = await fixture.mount(chain);
  await step(mounted.merged);
  const overlay = await listed(
    diffOverlay(mounted.upper, mounted.merged, mounted.below, { ignore }),
  );
  await mounted.unmount();
  const flat = await fixture.store.unpack(chain, { flat: true });
  const [root] = flat.directories;
  const before = takeSnapshot(root, ignore);
  await step(root);
  const whole = await listed(
    diffDirectory(root, mounted.below, before, { ignore }),
  );
  await flat.release();
  return [overlay, whole];
}

describe('what a step changed', () => {
  const touchBack = (path: string) => {
    appendFileSync(path, '');
    chmodSync(path, 0o600);
    chmodSync(path, 0o644);
  };
  it.each<[string, (root: string) => void, string[]]>([
    ['nothing', () => undefined, []],
    [
      'a new file, and its directory’s time',
      root => writeFileSync(join(root, 'etc/new'), ''),
      ['+ etc', '+ etc/new'],
    ],
    [
      'a file that was changed and changed back',
      root => touchBack(join(root, 'etc/conf')),
      [],
    ],
    [
      'a file that was touched',
      root => utimesSync(join(root, 'etc/conf'), 5, 5),
      ['+ etc/conf'],
    ],
    [
      'another content of the same size and time',
      root => {
        writeFileSync(join(root, 'etc/conf'), 'y');
        utimesSync(join(root, 'etc/conf'), 1, 1);
      },
      ['+ etc/conf'],
    ],
    [
      'a directory’s mode',
      root => chmodSync(join(root, 'var'), 0o700),
      ['+ var'],
    ],
    [
      'a removal',
      root => rmSync(join(root, 'etc/conf')),
      ['+ etc', '- etc/conf'],
    ],
    [
      'a directory that was removed',
      root => rmSync(join(root, 'var/a'), { recursive: true }),
      ['+ var', '- var/a'],
    ],
    [
      'a directory that was made anew',
      root => {
        rmSync(join(root, 'var/a'), { recursive: true });
        mkdirSync(join(root, 'var/a'));
      },
      ['+ var', '+ var/a', '- var/a/file'],
    ],
    [
      'a file in place of a directory',
      root => {
        rmSync(join(root, 'var/a'), { recursive: true });
        writeFileSync(join(root, 'var/a'), '');
      },
      ['+ var', '+ var/a'],
    ],
    [
      'a file that was moved',
      root => renameSync(join(root, 'etc/conf'), join(root, 'etc/moved')),
      ['+ etc', '- etc/conf', '+ etc/moved'],
    ],
    [
      'a file that came and went',
      root => {
        writeFileSync(join(root, 'new'), '');
        rmSync(join(root, 'new'));
      },
      [],
    ],
    [
      'a new name of a file, which is one file again',
      root => linkSync(join(root, 'var/a/file'), join(root, 'var/b')),
      ['+ var', '+ var/a/file', '+ var/b = var/a/file'],
    ],
  ])('%s', async (_, step, expected) => {
    const [overlay, whole] = await changesOfStep(step);
    expect(overlay).toEqual(expected);
    expect(whole).toEqual(expected);
  });

  it('is not what was made for it', async () => {
    const step = (root: string) => {
      mkdirSync(join(root, 'proc'));
      writeFileSync(join(root, 'etc/resolv.conf'), '');
      writeFileSync(join(root, 'proc/x'), '');
    };
    const ignore = ['/proc', 'etc/resolv.conf'];
    for (const changes of await changesOfStep(step, ignore))
      expect(changes).toEqual([]);
    const more = (root: string) => {
      step(root);
      writeFileSync(join(root, 'etc/new'), '');
    };
    for (const changes of await changesOfStep(more, ignore)) {
      expect(changes).toEqual(['+ etc', '+ etc/new']);
    }
  });

  it('has no sockets, but says what they replaced', async () => {
    const step = async (root: string) => {
      rmSync(join(root, 'etc/conf'));
      const server = createServer();
      await new Promise<void>(resolve =>
        server.listen(join(root, 'etc/conf'), resolve),
      );
      renameSync(join(root, 'etc/conf'), join(root, 'etc/kept'));
      renameSync(join(root, 'etc/kept'), join(root, 'etc/conf'));
      await new Promise(resolve => server.close(resolve));
    };
    for (const changes of await changesOfStep(step)) {
      expect(changes).toEqual(['+ etc', '- etc/conf']);
    }
  });

  it('is not a device that could not be made here', async () => {
    const mounted = await fixture.mount(await base());
    rmSync(join(mounted.merged, 'dev/null'));
    writeFileSync(join(mounted.merged, 'dev/mine'), '');
    const whiteout = join(mounted.upper, 'dev/null');
    const { upper, merged, below } = mounted;
    expect(await listed(diffOverlay(upper, merged, below))).toEqual([
      '+ dev',
      '+ dev/mine',
      '- dev/null',
    ]);
    // Without the whiteout it only is not there.
    rmSync(whiteout);
    const hidden = fixture.folder();
    execFileSync('cp', ['-a', `${merged}/.`, hidden]);
    rmSync(join(hidden, 'dev/null'), { force: true });
    expect(await listed(diffOverlay(upper, hidden, below))).toEqual([
      '+ dev',
      '+ dev/mine',
    ]);
    await mounted.unmount();
  });

  it('has capabilities of files', async () => {
    const mounted = await fixture.mount(await base());
    const value = '0sAQAAAgAgAAAAAAAAAAAAAAAAAAA=';
    execFileSync('setfattr', [
      '-n',
      'security.capability',
      '-v',
      value,
      join(mounted.merged, 'etc/conf'),
    ]);
    const { upper, merged, below } = mounted;
    const found: LayerChange[] = [];
    for await (const change of diffOverlay(upper, merged, below))
      found.push(change);
    expect(found).toMatchObject([
      {
        entry: {
          path: 'etc/conf',
          xattrs: { 'security.capability': value.slice(2) },
        },
      },
    ]);
    await mounted.unmount();
  });
});

describe('an upper directory that is adopted', () => {
  it('is what unpacking its layer would give', async () => {
    const { chain, upper, merged, below, unmount } = await fixture.mount(
      await base(),
    );
    rmSync(join(merged, 'var/a'), { recursive: true });
    mkdirSync(join(merged, 'var/a'));
    writeFileSync(join(merged, 'var/a/new'), 'new');
    mkdirSync(join(merged, 'etc/ssl'));
    writeFileSync(join(merged, 'etc/hosts'), '');
    mkdirSync(join(merged, 'proc'));
    const ignore = ['proc', '/etc/hosts', '../../outside', 'var/a/new/x'];
    const layer = await fixture.store.write(
      diffOverlay(upper, merged, below, { ignore }),
      {
        compression: { algorithm: 'gzip' },
      },
    );
    if (!layer) throw new Error('no layer');
    await unmount();
    const longer = [...chain, layer];
    expect(await fixture.store.adopt(longer, upper, { ignore })).toBe(true);
    expect(existsSync(upper)).toBe(false);
    expect(await fixture.store.adopt(longer, fixture.folder())).toBe(false);
    const again = await fixture.mount(longer);
    const { '': ours, ...files } = await describeTree(
      await fixture.store.tree(longer),
    );
    const { '': theirs, ...seen } = await describeDirectory(again.merged);
    expect(seen).toEqual(files);
    expect([ours, theirs]).toHaveLength(2);
    const changes = diffOverlay(again.upper, again.merged, again.below);
    expect(await listed(changes)).toEqual([]);
    await again.unmount();
    expect(readFileSync('/etc/hosts', 'utf8').length).toBe(
      statSync('/etc/hosts').size,
    );
  });
});
