import { z } from 'zod';
import { Digest, isDigest } from '../../digest/Digest';
import { Descriptor } from '../../model/Descriptor';
import { descriptorSchema } from '../../model/schemas';
import { isTag } from '../../reference/parseReference';
import { contentPath, digestName, digestOfName, repositoryPath } from './paths';
import { ManifestReferences, readReferences } from './readReferences';
import { SharedLock } from './SharedLock';
import { StoreFiles, StorePath } from './StoreFiles';

const linkSchema = z.object({ mediaType: z.string() });

/** A manifest to be stored; its digest and references were checked. */
export interface NewManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly references: ManifestReferences;
}

/** Manifests, tags and referrers of all repositories. */
export class ManifestStore {
  constructor(
    private readonly files: StoreFiles,
    private readonly lock: SharedLock,
  ) {}

  /** The digest a tag points at. */
  async resolve(repository: string, tag: string): Promise<Digest | undefined> {
    const text = await this.files.readAll(
      repositoryPath(repository, 'tags', tag),
    );
    const digest = text?.toString('utf8').trim();
    return isDigest(digest) ? digest : undefined;
  }

  /** The media type and length of a repository's manifest. */
  async find(
    repository: string,
    digest: Digest,
  ): Promise<Pick<Descriptor, 'mediaType' | 'size'> | undefined> {
    const link = await this.files.readAll(linkPath(repository, digest));
    if (!link) return undefined;
    const content = await this.files.stat(contentPath(digest));
    const read = parseJson(linkSchema, link);
    if (!content || !read) return undefined;
    return { mediaType: read.mediaType, size: content.size };
  }

  /** The bytes of a manifest, by whichever repository it was found in. */
  async read(digest: Digest): Promise<Buffer | undefined> {
    return this.files.readAll(contentPath(digest));
  }

  /**
   * Stores a manifest, and a tag for it.
   *
   * @param check - called while no garbage collection removes anything; throws
   * when something the manifest needs is not there
   */
  async add(
    repository: string,
    manifest: NewManifest,
    tag: string | undefined,
    check: () => Promise<void>,
  ): Promise<void> {
    const { digest, mediaType, bytes, references } = manifest;
    await this.lock.shared(async () => {
      await check();
      if (!(await this.files.stat(contentPath(digest)))) {
        await this.files.put(contentPath(digest), bytes);
      }
      // Before the link: a referrer whose manifest is not there is not listed,
      // while a manifest that no list names would never be found.
      if (references.subject) {
        const descriptor = {
          mediaType,
          digest,
          size: bytes.length,
          artifactType: references.artifactType,
          annotations: references.annotations,
        };
        await this.files.put(
          referrerPath(repository, references.subject, digest),
          JSON.stringify(descriptor),
        );
      }
      await this.files.put(
        linkPath(repository, digest),
        JSON.stringify({ mediaType }),
      );
      if (tag !== undefined) {
        await this.files.put(
          repositoryPath(repository, 'tags', tag),
          `${digest}\n`,
        );
      }
    });
  }

  /** Removes a tag and nothing else; false when there is none. */
  async removeTag(repository: string, tag: string): Promise<boolean> {
    return this.lock.exclusive(() =>
      this.files.remove(repositoryPath(repository, 'tags', tag)),
    );
  }

  /** Removes a manifest with all its tags; false when there is none. */
  async remove(repository: string, digest: Digest): Promise<boolean> {
    return this.lock.exclusive(async () => {
      const found = await this.find(repository, digest);
      if (!found) return false;
      const bytes = await this.read(digest);
      const { subject } = bytes ? readReferences(bytes, found.mediaType) : {};
      // Tags first, so that none is left that points at nothing.
      for (const tag of await this.tags(repository)) {
        if ((await this.resolve(repository, tag)) === digest) {
          await this.files.remove(repositoryPath(repository, 'tags', tag));
        }
      }
      await this.files.remove(linkPath(repository, digest));
      if (subject) {
        await this.files.remove(referrerPath(repository, subject, digest));
      }
      return true;
    });
  }

  /** All tags, in the order of their bytes. */
  async tags(repository: string): Promise<string[]> {
    const names = await this.files.list(repositoryPath(repository, 'tags'));
    return names.filter(isTag);
  }

  /** Digests of all manifests of a repository. */
  async digests(repository: string): Promise<Digest[]> {
    const path = repositoryPath(repository, 'manifests');
    return (await this.files.list(path)).flatMap(
      name => digestOfName(name) ?? [],
    );
  }

  /** What refers to a subject, by digest, which need not be there itself. */
  async referrers(repository: string, subject: Digest): Promise<Descriptor[]> {
    const names = await this.files.list(
      repositoryPath(repository, 'referrers', digestName(subject)),
    );
    const found: Descriptor[] = [];
    for (const digest of names.flatMap(name => digestOfName(name) ?? [])) {
      if (!(await this.files.stat(linkPath(repository, digest)))) continue;
      const text = await this.files.readAll(
        referrerPath(repository, subject, digest),
      );
      const descriptor = text && parseJson(descriptorSchema, text);
      if (descriptor) found.push(descriptor);
    }
    return found;
  }
}

function linkPath(repository: string, digest: Digest): StorePath {
  return repositoryPath(repository, 'manifests', digestName(digest));
}

function referrerPath(
  repository: string,
  subject: Digest,
  referrer: Digest,
): StorePath {
  return repositoryPath(
    repository,
    'referrers',
    digestName(subject),
    digestName(referrer),
  );
}

/** What was written by us; `undefined` where the disk lost it. */
function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  text: Buffer,
): z.output<Schema> | undefined {
  try {
    const read = schema.safeParse(JSON.parse(text.toString('utf8')));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
