import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerChange } from '../LayerChange';
import { DiskLayerStore } from '../store/DiskLayerStore';
import { layerArchive, layerOf } from '../testing/layerArchive';
import { changesOf, entryAt, putEntry, putFile } from '../testing/putFile';
import { giveTo } from './giveTo';
import { makeNode } from './makeNode';
import { Whiteouts } from './Whiteouts';

let root: string;
let store: DiskLayerStore;
const warnings: string[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'buildog-unpack-'));
  store = await DiskLayerStore.open(join(root, 'store'), {
    warn: message => warnings.push(message),
  });
});

afterAll(async () => {
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

async function layer(...changes: LayerChange[]) {
  const compression = { algorithm: 'none' } as const;
  const made = await store.write(changesOf(...changes), { compression });
  if (!made) throw new Error('no layer');
  return made;
}

describe('lower directories', () => {
  it('have attributes of the layers below where theirs says nothing', async () => {
    const below = await layer(
      putEntry('d', {
        type: 'directory',
        mode: 0o2750,
        uid: 3,
        gid: 4,
        mtime: 9,
      }),
    );
    const above = await layer(putFile('d/new', ''));
    const { directories } = await store.unpack([below, above], { flat: false });
    const { mode, uid, gid, mtimeMs } = lstatSync(join(directories[1], 'd'));
    expect([mode & 0o7777, uid, gid, mtimeMs]).toEqual([0o2750, 3, 4, 9000]);
  });

  it('have whiteouts for all that an opaque directory hides, at any depth', async () => {
    const below = await layer(
      putFile('d/a', ''),
      putFile('d/e/b', ''),
      putFile('d/e/c', ''),
    );
    const opaque = layerOf(
      layerArchive([{ name: 'd/.wh..wh..opq' }, { name: 'd/e/c' }]),
    );
    await store.import(opaque.layer, opaque.open);
    const chain = [below, opaque.layer];
    const { directories } = await store.unpack(chain, { flat: false });
    const isWhiteout = (path: string) => {
      const stats = lstatSync(join(directories[1], path));
      return stats.isCharacterDevice() && stats.rdev === 0;
    };
    expect(['d/a', 'd/e/b', 'd/e/c'].map(isWhiteout)).toEqual([
      true,
      true,
      false,
    ]);
    const flat = await store.unpack(chain, { flat: true });
    expect(readdirSync(join(flat.directories[0], 'd'))).toEqual(['e']);
    expect(readdirSync(join(flat.directories[0], 'd/e'))).toEqual(['c']);
    await flat.release();
  });

  it('do not take attributes that mean something to overlayfs', async () => {
    const value = Buffer.from('y').toString('base64');
    const hostile = await layer(
      putEntry('d', {
        type: 'directory',
        xattrs: {
          'user.overlay.opaque': value,
          'trusted.overlay.redirect': value,
          'user.note': value,
        },
      }),
    );
    const { directories } = await store.unpack([hostile], { flat: false });
    const found = execFileSync(
      'getfattr',
      ['-m', '-', join(directories[0], 'd')],
      { encoding: 'utf8' },
    );
    expect(found.match(/^[a-z]+\..*$/gm)).toEqual(['user.note']);
  });

  it('have more whiteouts than one file may have names', () => {
    const folder = join(root, 'many');
    mkdirSync(folder);
    let count = 0;
    const temporary = () => {
      count += 1;
      return join(root, `temporary${count}`);
    };
    const whiteouts = new Whiteouts(join(root, 'whiteout'), temporary);
    for (let i = 0; i < 66_000; i += 1) whiteouts.place(join(folder, `${i}`));
    expect(readdirSync(folder)).toHaveLength(66_000);
    expect(lstatSync(join(folder, '65999')).rdev).toBe(0);
  }, 60_000);
});

describe('what this machine does not allow', () => {
  it('is a device that cannot be made', () => {
    const device = { type: 'character', device: [1, 3] } as const;
    expect(makeNode(join(root, 'no', 'such', 'folder'), device)).toBe(false);
    expect(makeNode(join(root, 'file'), { type: 'file' })).toBe(false);
  });

  it.each(['EINVAL', 'EPERM'])('is an owner: %s', code => {
    const refuse = () => {
      throw Object.assign(new Error(code), { code });
    };
    expect(() => giveTo(entryAt('a', { uid: 99, gid: 98 }), refuse)).toThrow(
      /99:98.*subuid/,
    );
  });

  it('is said of other failures as it is', () => {
    const fail = () => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    };
    expect(() => giveTo(entryAt('a'), fail)).toThrow(/^EIO$/);
  });
});
