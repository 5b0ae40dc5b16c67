import { isDigest, isTag, parseRepository, verifyImage } from '@buildog/oci';
import type { Digest, RegistryClient, Repository } from '@buildog/oci';
import type { MovedTag } from '@buildog/plugin-buildog-common';
import { checkImage } from './checkImage';
import type { ImageSigner } from './ImageSigner';
import { ReleaseError } from './ReleaseError';
import { releaseReason } from './releaseReason';
import type {
  ClaimedImage,
  Releaser,
  TagRequest,
  VerifiedImage,
} from './Releaser';
import { toReleaseError } from './toReleaseError';

/** What a {@link RegistryReleaser} needs. */
export interface RegistryReleaserOptions {
  /** Knows the registries and holds the release credentials. */
  client: RegistryClient;
  /** Hosts that may be written to; everything else is refused. */
  hosts: readonly string[];
  /** Without one images stay unsigned. */
  signer?: ImageSigner;
}

/** The releaser in this process: asks, signs and tags with one registry client. */
export class RegistryReleaser implements Releaser {
  constructor(private readonly options: RegistryReleaserOptions) {}

  async verify(
    images: ClaimedImage[],
    options: { expectedLabels: Record<string, string>; signal: AbortSignal },
  ): Promise<VerifiedImage[]> {
    return Promise.all(
      images.map(image =>
        this.#step('Verifying the image', 'DigestNotInRegistry', async () => {
          const repository = this.#repository(image.repository);
          const found = await verifyImage(
            this.options.client,
            { ...repository, digest: toDigest(image.digest) },
            options,
          );
          return checkImage(image, found, options.expectedLabels);
        }),
      ),
    );
  }

  async sign(
    images: VerifiedImage[],
    options: { annotations: Record<string, string>; signal: AbortSignal },
  ): Promise<'Signed' | 'Unsigned'> {
    const { signer } = this.options;
    if (!signer) return 'Unsigned';
    for (const image of images) {
      await this.#step('Signing', 'SigningFailed', async () => {
        this.#repository(image.repository);
        await signer.sign(image, options);
      });
    }
    return 'Signed';
  }

  resolveTag(
    repository: string,
    tag: string,
    options: { signal: AbortSignal },
  ): Promise<string | undefined> {
    return this.#step(`Reading the tag ${tag}`, 'TagMoveFailed', async () => {
      const reference = { ...this.#repository(repository), tag: toTag(tag) };
      const found = await this.options.client.headManifest(reference, {
        ...options,
        from: 'origin',
      });
      return found?.digest;
    });
  }

  async moveTag(
    request: TagRequest,
    options: { signal: AbortSignal },
  ): Promise<MovedTag> {
    const { repository, tag, digest } = request;
    const previous = await this.resolveTag(repository, tag, options);
    if (previous !== digest) {
      await this.#step(`Moving the tag ${tag}`, 'TagMoveFailed', async () => {
        const target = this.#repository(repository);
        const { client } = this.options;
        const { descriptor, bytes } = await client.getManifest(
          { ...target, digest: toDigest(digest) },
          { ...options, from: 'origin' },
        );
        await client.putManifest(
          { ...target, tag },
          { mediaType: descriptor.mediaType, bytes },
          options,
        );
      });
      const now = await this.resolveTag(repository, tag, options);
      if (now !== digest) {
        throw new ReleaseError(
          releaseReason(
            'TagMoveFailed',
            `${repository}:${tag} points to ${
              now ?? 'nothing'
            } after it was moved to ${digest}. Somebody else moves it too.`,
          ),
          { retryable: true },
        );
      }
    }
    return {
      reference: `${repository}:${tag}`,
      state: 'Moved',
      digest,
      // Where the tag stands already, what it was before is not known here.
      ...(previous !== undefined &&
        previous !== digest && { previousDigest: previous }),
    };
  }

  #repository(text: string): Repository {
    const repository = parseRepository(text, { requireRegistry: true });
    const { hosts } = this.options;
    if (hosts.includes(repository.registry)) return repository;
    throw new ReleaseError(
      releaseReason(
        'RepositoryNotAllowed',
        `Images may not be released to ${
          repository.registry
        }. Add it to buildog.registries; there is ${
          hosts.join(', ') || 'none'
        }.`,
      ),
      { retryable: false },
    );
  }

  async #step<T>(
    name: string,
    fallback: 'DigestNotInRegistry' | 'SigningFailed' | 'TagMoveFailed',
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toReleaseError(error, name, fallback);
    }
  }
}

function toDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new ReleaseError(
    releaseReason(
      'DigestMismatch',
      `${JSON.stringify(text.slice(0, 80))} is not a digest.`,
    ),
    { retryable: false },
  );
}

function toTag(text: string): string {
  if (isTag(text as unknown)) return text;
  throw new ReleaseError(
    releaseReason(
      'TagMoveFailed',
      `${JSON.stringify(
        text.slice(0, 140),
      )} is not a tag: letters, digits, "_", "." and "-", at most 128.`,
    ),
    { retryable: false },
  );
}
