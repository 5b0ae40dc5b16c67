import { BlobStore } from './BlobStore';
import { lockRoot } from './lockRoot';
import { ManifestStore } from './ManifestStore';
import { repositoryOfName, repositoryPath } from './paths';
import { SharedLock } from './SharedLock';
import { StoreFiles } from './StoreFiles';
import { UploadLimits, UploadStore } from './UploadStore';

/**
 * A registry on disk. Whatever moment the process is killed at, the next one
 * finds every answer it gave still true, and at most files nobody points at.
 */
export class RegistryStore {
  readonly lock = new SharedLock();
  readonly blobs: BlobStore;
  readonly manifests: ManifestStore;
  readonly uploads: UploadStore;

  private constructor(
    readonly files: StoreFiles,
    limits: UploadLimits,
    private readonly unlock: () => Promise<void>,
  ) {
    this.blobs = new BlobStore(files, this.lock);
    this.manifests = new ManifestStore(files, this.lock);
    this.uploads = new UploadStore(files, this.blobs, limits);
  }

  /** Takes a root for this process. @throws OciError while another has it. */
  static async open(
    root: string,
    limits: UploadLimits,
  ): Promise<RegistryStore> {
    const files = await StoreFiles.open(root);
    const unlock = await lockRoot(files.root);
    await files.clean();
    return new RegistryStore(files, limits, unlock);
  }

  /** Every repository that ever had a manifest, blob or upload. */
  async directories(): Promise<string[]> {
    return (await this.files.list(['repositories'])).map(repositoryOfName);
  }

  /** Repositories with manifests, in the order of their bytes. */
  async repositories(): Promise<string[]> {
    const found: string[] = [];
    for (const repository of await this.directories()) {
      if (await this.has(repository)) found.push(repository);
    }
    return found.sort();
  }

  /** Says whether a repository has a manifest. */
  async has(repository: string): Promise<boolean> {
    const path = repositoryPath(repository, 'manifests');
    return (await this.files.list(path)).length > 0;
  }

  /** Removes uploads that nobody went on with since `before` (epoch, ms). */
  async expireUploads(before: number): Promise<number> {
    let expired = 0;
    for (const repository of await this.directories()) {
      expired += await this.uploads.expire(repository, before);
    }
    return expired;
  }

  /** Gives the root back. */
  async close(): Promise<void> {
    await this.lock.exclusive(this.unlock);
  }
}
