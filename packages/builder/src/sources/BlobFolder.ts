import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, type Digest } from '@buildog/oci';

/** Small content by its digest: manifests and configurations, checked when they are read. */
export class BlobFolder {
  constructor(private readonly folder: string) {}

  /** The bytes, or undefined where they are not there or not whole. */
  async read(digest: Digest): Promise<Buffer | undefined> {
    const path = this.pathOf(digest);
    const bytes = await readFile(path).catch(() => undefined);
    if (!bytes || sha256(bytes) !== digest) return undefined;
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return bytes;
  }

  /** Keeps bytes; a full disk is no reason to fail. */
  async write(digest: Digest, bytes: Uint8Array): Promise<void> {
    const path = this.pathOf(digest);
    const draft = `${path}.${randomUUID()}`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(draft, bytes);
      await rename(draft, path);
    } catch {
      // They are fetched again.
    }
  }

  private pathOf(digest: Digest): string {
    return join(this.folder, digest.replace(':', '-'));
  }
}
