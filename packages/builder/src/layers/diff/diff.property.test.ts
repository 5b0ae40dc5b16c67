import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { FileTree } from '../FileTree';
import type { Layer, LayerChain } from '../Layer';
import type { LayerChange } from '../LayerChange';
import { DiskLayerStore } from '../store/DiskLayerStore';
import { changeFiles, FileAction } from '../testing/changeFiles';
import { describeDirectory, describeTree } from '../testing/describeTree';
import { OverlayMounts } from '../testing/OverlayMounts';
import { diffDirectory } from './diffDirectory';
import { diffOverlay } from './diffOverlay';
import { takeSnapshot } from './takeSnapshot';

const name = fc.constantFrom(
  'a',
  'b',
  'a-b',
  'c.d',
  'é',
  '-x',
  'n'.repeat(120),
);
const path = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .map(names => names.join('/'));
const content = fc.string({ maxLength: 20 });

/** Any list of actions; those that make no sense where they come do nothing. */
const anyActions: fc.Arbitrary<FileAction[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        path,
        content,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('directory' as const), path }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('remove' as const), path }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('anew' as const), path }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('link' as const),
        path,
        link: path,
      }),
    },
    fc.record({
      do: fc.constant('symlink' as const),
      path,
      link: fc.oneof(path, fc.constantFrom('/etc', '../..', 'l'.repeat(150))),
    }),
    fc.record({ do: fc.constant('fifo' as const), path }),
    fc.record({ do: fc.constant('device' as const), path }),
    fc.record({
      do: fc.constant('chmod' as const),
      path,
      mode: fc.integer({ min: 0, max: 0o7777 }),
    }),
    fc.record({
      do: fc.constant('chown' as const),
      path,
      owner: fc.constantFrom(0, 33, 1000, 3_000_000),
    }),
    fc.record({
      do: fc.constant('touch' as const),
      path,
      time: fc.integer({ min: -5, max: 9_000_000_000 }),
    }),
    fc.record({
      do: fc.constant('attribute' as const),
      path,
      content: fc.constantFrom('x', 'y z'),
    }),
  ),
  { maxLength: 25 },
);

let root: string;
let store: DiskLayerStore;
let mounts: OverlayMounts;
let count = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'buildog-diff-'));
  store = await DiskLayerStore.open(join(root, 'store'));
  mounts = await OverlayMounts.start();
});

afterAll(async () => {
  await mounts.stop();
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

const compression = { algorithm: 'none' } as const;

function folder(): string {
  count += 1;
  const made = join(root, String(count));
  mkdirSync(made);
  return made;
}

async function append(
  chain: LayerChain,
  changes: AsyncIterable<LayerChange>,
): Promise<LayerChain> {
  const layer: Layer | undefined = await store.write(changes, { compression });
  return layer ? [...chain, layer] : chain;
}

/** Changes a chain as a step with nothing to mount does. */
async function changeFlat(
  chain: LayerChain,
  change: (directory: string) => void,
) {
  const unpacked = await store.unpack(chain, { flat: true });
  const [directory] = unpacked.directories;
  const before = takeSnapshot(directory);
  change(directory);
  const below: FileTree = await store.tree(chain);
  const result = await append(chain, diffDirectory(directory, below, before));
  const seen = await describeDirectory(directory);
  await unpacked.release();
  return { chain: result, seen };
}

/** Changes a chain as a step in an overlay does. */
async function changeOverlay(
  chain: LayerChain,
  change: (directory: string) => void,
) {
  const unpacked = await store.unpack(chain, { flat: false });
  const [upper, work, target] = [folder(), folder(), folder()];
  const merged = await mounts.mount(
    [folder(), ...unpacked.directories],
    upper,
    work,
    target,
  );
  change(merged);
  const below = await store.tree(chain);
  const result = await append(chain, diffOverlay(upper, merged, below));
  const seen = await describeDirectory(merged);
  await mounts.unmount(target);
  await unpacked.release();
  return { chain: result, seen };
}

async function seenIn(chain: LayerChain) {
  const flat = await changeFlat(chain, () => undefined);
  const overlay = await changeOverlay(chain, () => undefined);
  expect(flat.chain).toEqual(chain);
  expect(overlay.chain).toEqual(chain);
  return [flat.seen, overlay.seen, await describeTree(await store.tree(chain))];
}

describe.each([
  ['a whole filesystem', changeFlat],
  ['an overlay', changeOverlay],
])('changes in %s', (_, changeIn) => {
  it('give back the filesystem, three layers deep, in every form', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyActions, { minLength: 1, maxLength: 3 }),
        async layers => {
          let chain: LayerChain = [];
          let seen = await describeDirectory(folder());
          for (const actions of layers) {
            ({ chain, seen } = await changeIn(chain, directory =>
              changeFiles(directory, actions),
            ));
          }
          for (const form of await seenIn(chain)) expect(form).toEqual(seen);
        },
      ),
      { numRuns: 60 },
    );
  }, 300_000);
});
