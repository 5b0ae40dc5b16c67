import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDigest, type Digest } from '@buildog/oci';

/** Digests that are kept of one context. */
const MAX_ENTRIES = 500_000;
/** A file that changed this short ago may change again without its times showing it. */
const SETTLED_MS = 2_000;

/**
 * Remembers digests of files by device, inode, size and times, so that a file
 * that did not change is not read again. A file that was touched in this moment
 * is not remembered, as git's index does it.
 */
export class StatCache {
  private readonly fresh = new Map<string, Digest>();
  private known: Promise<ReadonlyMap<string, Digest>> | undefined;
  private learned = false;

  constructor(private readonly path: string) {}

  /** The digest that a file with these stats had. */
  async find(stats: BigIntStats): Promise<Digest | undefined> {
    this.known ??= this.read();
    const key = keyOf(stats);
    const digest = this.fresh.get(key) ?? (await this.known).get(key);
    if (digest) this.fresh.set(key, digest);
    return digest;
  }

  /** Remembers a digest that was read after these stats. */
  remember(stats: BigIntStats, digest: Digest): void {
    const changed =
      stats.ctimeMs > stats.mtimeMs ? stats.ctimeMs : stats.mtimeMs;
    if (Date.now() - Number(changed) < SETTLED_MS) return;
    this.fresh.set(keyOf(stats), digest);
    this.learned = true;
  }

  /** Writes what is new. A loss costs time, nothing else: it never fails. */
  async save(): Promise<void> {
    if (!this.learned) return;
    this.learned = false;
    const known = (await this.known) ?? new Map<string, Digest>();
    const all = [...this.fresh, ...known].slice(0, MAX_ENTRIES);
    const lines = [...new Map(all.reverse())].map(
      ([key, digest]) => `${key} ${digest}`,
    );
    const draft = `${this.path}.${randomUUID()}`;
    try {
      await mkdir(dirname(this.path), { recursive: true });
      await writeFile(draft, lines.join('\n'));
      await rename(draft, this.path);
    } catch {
      // The next build reads the files again.
    }
  }

  private async read(): Promise<ReadonlyMap<string, Digest>> {
    const known = new Map<string, Digest>();
    const text = await readFile(this.path, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const space = line.indexOf(' ');
      const digest = line.slice(space + 1);
      if (space > 0 && isDigest(digest))
        known.set(line.slice(0, space), digest);
    }
    return known;
  }
}

function keyOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}
