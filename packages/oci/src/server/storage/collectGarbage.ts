import { Digest } from '../../digest/Digest';
import { isOciError } from '../../errors/OciError';
import type { GarbageOptions, GarbageReport } from '../RegistryOptions';
import { contentPath, digestName, digestOfName, repositoryPath } from './paths';
import { readReferences } from './readReferences';
import type { RegistryStore } from './RegistryStore';

const DAY_MS = 24 * 60 * 60 * 1000;

class Collection {
  /** What each manifest needs; content never changes. */
  private readonly needs = new Map<Digest, readonly Digest[]>();

  constructor(
    private readonly store: RegistryStore,
    private readonly before: number,
  ) {}

  async unlinkBlobs(repository: string): Promise<number> {
    const old = await this.oldLinks(repository);
    if (old.length === 0) return 0;
    const needed = await this.neededBlobs(repository);
    const candidates = old.filter(digest => !needed.has(digest));
    if (candidates.length === 0) return 0;
    return this.store.lock.exclusive(async () => {
      const neededNow = await this.neededBlobs(repository);
      let unlinked = 0;
      for (const digest of candidates) {
        const isGarbage =
          !neededNow.has(digest) && (await this.isOld(repository, digest));
        if (!isGarbage) continue;
        const path = repositoryPath(repository, 'blobs', digestName(digest));
        if (await this.store.files.remove(path)) unlinked += 1;
      }
      return unlinked;
    });
  }

  async removeContent(
    signal: AbortSignal | undefined,
  ): Promise<Omit<GarbageReport, 'unlinked'>> {
    const { lock } = this.store;
    const linked = await this.linkedContent();
    let removed = 0;
    let removedBytes = 0;
    for (const digest of await this.content()) {
      signal?.throwIfAborted();
      if (linked.has(digest)) continue;
      const size = await lock.exclusive(() => this.removeUnlinked(digest));
      if (size === undefined) continue;
      removed += 1;
      removedBytes += size;
    }
    return { removed, removedBytes };
  }

  /** The bytes that are gone; `undefined` when something needs them after all. */
  private async removeUnlinked(digest: Digest): Promise<number | undefined> {
    const { files } = this.store;
    const stats = await files.stat(contentPath(digest));
    if (!stats || (await this.isLinked(digest))) return undefined;
    return (await files.remove(contentPath(digest))) ? stats.size : undefined;
  }

  private async oldLinks(repository: string): Promise<Digest[]> {
    const old: Digest[] = [];
    for (const digest of await this.links(repository, 'blobs')) {
      if (await this.isOld(repository, digest)) old.push(digest);
    }
    return old;
  }

  private async isOld(repository: string, digest: Digest): Promise<boolean> {
    const path = repositoryPath(repository, 'blobs', digestName(digest));
    const stats = await this.store.files.stat(path);
    return stats !== undefined && stats.mtimeMs < this.before;
  }

  private async neededBlobs(repository: string): Promise<Set<Digest>> {
    const needed = new Set<Digest>();
    for (const digest of await this.links(repository, 'manifests')) {
      (await this.needsOf(repository, digest)).forEach(each =>
        needed.add(each),
      );
    }
    return needed;
  }

  private async needsOf(
    repository: string,
    digest: Digest,
  ): Promise<readonly Digest[]> {
    const known = this.needs.get(digest);
    if (known) return known;
    const { manifests } = this.store;
    const found = await manifests.find(repository, digest);
    const bytes = found && (await manifests.read(digest));
    let needs: readonly Digest[] = [];
    try {
      if (bytes) needs = readReferences(bytes, found.mediaType).blobs;
    } catch (error) {
      // Content the disk damaged needs nothing that could still be found by it.
      if (!isOciError(error)) throw error;
    }
    this.needs.set(digest, needs);
    return needs;
  }

  private async linkedContent(): Promise<Set<Digest>> {
    const linked = new Set<Digest>();
    for (const repository of await this.store.directories()) {
      for (const part of ['blobs', 'manifests'] as const) {
        (await this.links(repository, part)).forEach(each => linked.add(each));
      }
    }
    return linked;
  }

  private async isLinked(digest: Digest): Promise<boolean> {
    for (const repository of await this.store.directories()) {
      for (const part of ['blobs', 'manifests'] as const) {
        const path = repositoryPath(repository, part, digestName(digest));
        if (await this.store.files.stat(path)) return true;
      }
    }
    return false;
  }

  private async content(): Promise<Digest[]> {
    const { files } = this.store;
    const found: Digest[] = [];
    for (const algorithm of await files.list(['blobs'])) {
      for (const start of await files.list(['blobs', algorithm])) {
        const names = await files.list(['blobs', algorithm, start]);
        found.push(
          ...names.flatMap(hex => digestOfName(`${algorithm}-${hex}`) ?? []),
        );
      }
    }
    return found;
  }

  private async links(
    repository: string,
    part: 'blobs' | 'manifests',
  ): Promise<Digest[]> {
    const names = await this.store.files.list(repositoryPath(repository, part));
    return names.flatMap(name => digestOfName(name) ?? []);
  }
}

/**
 * Removes blobs that no manifest of their repository needs, then content that
 * no repository has. What is to go is looked up beside running requests and
 * looked at again, alone, just before it goes.
 */
export async function collectGarbage(
  store: RegistryStore,
  options: GarbageOptions = {},
): Promise<GarbageReport> {
  const { graceMs = DAY_MS, signal } = options;
  const collection = new Collection(store, Date.now() - graceMs);
  let unlinked = 0;
  for (const repository of await store.directories()) {
    signal?.throwIfAborted();
    unlinked += await collection.unlinkBlobs(repository);
  }
  const removed = await collection.removeContent(signal);
  return { unlinked, ...removed };
}
