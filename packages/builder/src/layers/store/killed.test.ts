import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readIndexFile } from '../index/indexFile';
import { StoreProcess } from '../testing/StoreProcess';
import { DiskLayerStore } from './DiskLayerStore';

const MIB = 1024 ** 2;

let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'buildog-killed-'));
  program = StoreProcess.bundle(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('two processes on one store, killed at any moment', () => {
  it('leave whole things only, and nothing of what was unfinished', async () => {
    const root = join(folder, 'store');
    for (let round = 0; round < 12; round += 1) {
      await Promise.all([
        StoreProcess.start(program, 'churn', root).killAfter(80 + 45 * round),
        StoreProcess.start(program, 'churn', root).killAfter(600 - 40 * round),
      ]);
      const store = await DiskLayerStore.open(root);
      checkBlobs(root);
      checkUnpacked(root);
      expect(readdirSync(join(root, 'tmp'))).toHaveLength(1);
      expect(readdirSync(join(root, 'sessions'))).toHaveLength(1);
      await store.close();
    }
    expect(readdirSync(join(root, 'unpacked')).length).toBeGreaterThan(1);
  }, 120_000);
});

function checkBlobs(root: string): void {
  for (const name of readdirSync(join(root, 'blobs', 'sha256'))) {
    const bytes = readFileSync(join(root, 'blobs', 'sha256', name));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(name);
  }
  for (const name of readdirSync(join(root, 'index'))) {
    const index = readIndexFile(join(root, 'index', name));
    expect(`${index?.diffId}.json`).toBe(`sha256:${name}`);
  }
}

/** All layers here have seven folders with forty or sixty files of their size. */
function checkUnpacked(root: string): void {
  for (const name of readdirSync(join(root, 'unpacked'))) {
    const directory = join(root, 'unpacked', name);
    const sizes = execFileSync(
      'find',
      [directory, '-type', 'f', '-size', '+7k'],
      {
        encoding: 'utf8',
      },
    );
    expect([40, 60]).toContain(sizes.trim().split('\n').length);
  }
}

describe('memory', () => {
  it.each(['gzip', 'zstd', 'none'])(
    'does not grow with the size of a file: %s',
    async algorithm => {
      const peak = async (mebibytes: number) => {
        const root = join(folder, `${algorithm}${mebibytes}`);
        const args = ['large', root, algorithm, String(mebibytes)];
        const bytes = Number(
          await StoreProcess.start(program, ...args).finished(),
        );
        rmSync(root, { recursive: true });
        rmSync(`${root}-copy`, { recursive: true });
        return bytes;
      };
      const small = await peak(64);
      const large = await peak(1024);
      process.stdout.write(
        `${algorithm}: peak of ${Math.round(
          small / MIB,
        )} MiB for 64 MiB, ${Math.round(large / MIB)} MiB for 1 GiB\n`,
      );
      expect(large).toBeLessThan(small + 64 * MIB);
      expect(large).toBeLessThan(300 * MIB);
    },
    300_000,
  );
});
