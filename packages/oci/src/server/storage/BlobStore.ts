import { Digest } from '../../digest/Digest';
import { contentPath, digestName, repositoryPath } from './paths';
import { SharedLock } from './SharedLock';
import { StoredFile, StoreFiles, StorePath } from './StoreFiles';

/** A link this old is renewed when its blob is asked for. */
const RENEW_AFTER_MS = 60_000;

/**
 * Blobs. Content is stored once; a repository has a blob when it holds a link to
 * it, so nobody reads through one repository what is in another.
 */
export class BlobStore {
  constructor(
    private readonly files: StoreFiles,
    private readonly lock: SharedLock,
  ) {}

  /**
   * The size of a repository's blob. Asking keeps a blob from the garbage
   * collection for its time of grace: clients rely on the answer.
   */
  async find(repository: string, digest: Digest): Promise<number | undefined> {
    const path = linkPath(repository, digest);
    return this.lock.shared(async () => {
      const link = await this.files.stat(path);
      if (!link) return undefined;
      const content = await this.files.stat(contentPath(digest));
      if (!content) return undefined;
      if (Date.now() - link.mtimeMs > RENEW_AFTER_MS) {
        await this.files.touch(path);
      }
      return content.size;
    });
  }

  /** Says whether a repository has a blob; for who holds the lock already. */
  async has(repository: string, digest: Digest): Promise<boolean> {
    const link = await this.files.stat(linkPath(repository, digest));
    return !!link && !!(await this.files.stat(contentPath(digest)));
  }

  /** Opens a repository's blob for reading. */
  async open(
    repository: string,
    digest: Digest,
  ): Promise<StoredFile | undefined> {
    const link = await this.files.stat(linkPath(repository, digest));
    return link && this.files.read(contentPath(digest));
  }

  /** Takes a staged, durable and verified file as a blob of a repository. */
  async add(
    repository: string,
    digest: Digest,
    staged: StorePath,
  ): Promise<void> {
    await this.lock.shared(async () => {
      const path = contentPath(digest);
      if (await this.files.stat(path)) await this.files.remove(staged);
      else await this.files.move(staged, path);
      await this.files.put(linkPath(repository, digest), '');
    });
  }

  /** Gives a repository the blob of another; false when that has none. */
  async mount(from: string, to: string, digest: Digest): Promise<boolean> {
    return this.lock.shared(async () => {
      const link = await this.files.stat(linkPath(from, digest));
      if (!link || !(await this.files.stat(contentPath(digest)))) return false;
      await this.files.put(linkPath(to, digest), '');
      return true;
    });
  }

  /** Takes a blob from a repository; false when it has none. */
  async remove(repository: string, digest: Digest): Promise<boolean> {
    return this.lock.exclusive(() =>
      this.files.remove(linkPath(repository, digest)),
    );
  }
}

function linkPath(repository: string, digest: Digest): StorePath {
  return repositoryPath(repository, 'blobs', digestName(digest));
}
