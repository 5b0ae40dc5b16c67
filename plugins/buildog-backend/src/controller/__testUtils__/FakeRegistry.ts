import type { MovedTag } from '@buildog/plugin-buildog-common';
import type { Releaser } from '../../release/Releaser';

/** A registry in memory with a releaser for it. */
export class FakeRegistry {
  readonly tags = new Map<string, string>();
  /** Every move, in order: `reference=digest`. */
  readonly moves: string[] = [];
  /** Set: the named step fails with it. */
  failure?: { step: 'verify' | 'sign' | 'move'; error: Error; times: number };

  releaser(): Releaser {
    return {
      verify: async images => {
        this.failAt('verify');
        return images.map(image => ({
          ...image,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          size: 4321,
        }));
      },
      sign: async () => {
        this.failAt('sign');
        return 'Signed';
      },
      resolveTag: async (repository, tag) =>
        this.tags.get(`${repository}:${tag}`),
      moveTag: async ({ repository, tag, digest }): Promise<MovedTag> => {
        this.failAt('move');
        const reference = `${repository}:${tag}`;
        const previousDigest = this.tags.get(reference);
        this.tags.set(reference, digest);
        this.moves.push(`${reference}=${digest}`);
        return { reference, state: 'Moved', digest, previousDigest };
      },
    };
  }

  private failAt(step: string): void {
    if (this.failure?.step !== step || this.failure.times <= 0) return;
    this.failure.times -= 1;
    throw this.failure.error;
  }
}
