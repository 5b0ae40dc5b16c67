import { Readable } from 'node:stream';
import type { Compression } from '../LayerStore';
import type { LayerChange } from '../LayerChange';
import { DiskLayerStore } from '../store/DiskLayerStore';

const MIB = 1024 ** 2;

/**
 * A program for tests. `churn ROOT` writes, imports and unpacks the same layers
 * until it is killed, `large ROOT ALGORITHM MIB` does it once with one file of
 * that size and prints the most memory it had.
 */
async function main([command, root, ...args]: string[]): Promise<void> {
  if (command === 'churn') {
    for (let round = 0; ; round += 1) await churn(root, round);
  }
  const [algorithm, size] = args;
  await large(root, algorithm as Compression['algorithm'], Number(size));
  process.stdout.write(`${process.resourceUsage().maxRSS * 1024}\n`);
}

async function churn(root: string, round: number): Promise<void> {
  const store = await DiskLayerStore.open(root);
  const compression = { algorithm: 'gzip' } as const;
  const lower = await store.write(files(round % 3, 40), { compression });
  const upper = await store.write(files(round % 5, 60), { compression });
  if (!lower || !upper) throw new Error('no layers');
  await (await store.unpack([lower, upper], { flat: false })).release();
  await (await store.unpack([lower, upper], { flat: true })).release();
  await store.tree([lower, upper]);
  await store.close();
}

async function* files(
  seed: number,
  count: number,
): AsyncGenerator<LayerChange> {
  for (let i = 0; i < count; i += 1) {
    const content = `${seed} ${i} `.repeat(2000);
    yield {
      kind: 'put',
      entry: {
        path: `d${i % 7}/f${i}`,
        type: 'file',
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: content.length,
        mtime: seed,
      },
      open: async () => Readable.from([Buffer.from(content)]),
    };
  }
}

async function large(
  root: string,
  algorithm: Compression['algorithm'],
  mebibytes: number,
): Promise<void> {
  const store = await DiskLayerStore.open(root);
  const layer = await store.write(oneFile(mebibytes), {
    compression: { algorithm },
  });
  if (!layer) throw new Error('no layer');
  const copy = await DiskLayerStore.open(`${root}-copy`);
  await copy.import(layer, () => store.open(layer.blob));
  await (await copy.unpack([layer], { flat: false })).release();
  const tree = await copy.tree([layer]);
  const entry = await tree.lookup('large');
  if (!entry) throw new Error('no file');
  await tree.digest(entry);
  await store.close();
  await copy.close();
}

async function* oneFile(mebibytes: number): AsyncGenerator<LayerChange> {
  yield {
    kind: 'put',
    entry: {
      path: 'large',
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: mebibytes * MIB,
      mtime: 0,
    },
    open: async () =>
      Readable.from(
        (function* chunks() {
          const chunk = Buffer.alloc(MIB);
          for (let i = 0; i < mebibytes; i += 1) {
            // Neither all the same nor expensive to make.
            chunk.fill(i.toString(36).repeat(50));
            yield Buffer.from(chunk);
          }
        })(),
        { objectMode: false },
      ),
  };
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
