import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { isDigest, type Digest } from '@buildog/oci';
import type { StoreFolders } from './StoreFolders';

/**
 * Digests of files in layers that were computed once, for all processes. Lines
 * are only ever appended, many at a time; one that was cut off counts as none.
 */
export class DigestNotes {
  private readonly known = new Map<Digest, Map<string, Digest>>();
  private readonly unsaved = new Map<Digest, string[]>();

  constructor(private readonly folders: StoreFolders) {}

  find(diffId: Digest, path: string): Digest | undefined {
    return this.ofLayer(diffId).get(path);
  }

  add(diffId: Digest, path: string, digest: Digest): void {
    this.ofLayer(diffId).set(path, digest);
    if (this.unsaved.size === 0) setImmediate(() => this.save());
    const lines = this.unsaved.get(diffId) ?? [];
    lines.push(`${JSON.stringify([path, digest])}\n`);
    this.unsaved.set(diffId, lines);
  }

  /** Writes what was added. */
  save(): void {
    const unsaved = [...this.unsaved];
    this.unsaved.clear();
    for (const [diffId, lines] of unsaved) {
      const file = this.folders.digests(diffId);
      try {
        appendFileSync(file, lines.join(''), { mode: 0o600 });
      } catch {
        // The cache was deleted or the disk is full: they are computed again.
      }
    }
  }

  private ofLayer(diffId: Digest): Map<string, Digest> {
    let digests = this.known.get(diffId);
    if (!digests) {
      digests = readNotes(this.folders.digests(diffId));
      this.known.set(diffId, digests);
    }
    return digests;
  }
}

function readNotes(file: string): Map<string, Digest> {
  const digests = new Map<string, Digest>();
  if (!existsSync(file)) return digests;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    try {
      const [path, digest] = JSON.parse(line);
      if (typeof path === 'string' && isDigest(digest)) {
        digests.set(path, digest);
      }
    } catch {
      // The last line of a process that was killed.
    }
  }
  return digests;
}
