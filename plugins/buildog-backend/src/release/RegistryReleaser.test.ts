import { OciError } from '@buildog/oci';
import type { OciErrorCode, RegistryClient } from '@buildog/oci';
import { RegistryReleaser } from './RegistryReleaser';
import { toReleaseError } from './toReleaseError';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const options = { signal: new AbortController().signal };

function releaserWith(client: Partial<RegistryClient>): RegistryReleaser {
  return new RegistryReleaser({
    client: client as RegistryClient,
    hosts: ['r.test'],
  });
}

describe('RegistryReleaser', () => {
  it.each([
    'evil.test/app',
    'r.test.evil/app',
    'app',
    'r.test/App',
    'https://r.test/app',
    'r.test/app:tag',
  ])('releases nothing to %s', async repository => {
    const releaser = releaserWith({});
    await expect(
      releaser.moveTag({ repository, tag: 'x', digest: DIGEST }, options),
    ).rejects.toMatchObject({
      retryable: false,
      reason: { code: 'RepositoryNotAllowed', category: 'Policy' },
    });
  });

  it.each(['', '-x', '.x', 'a b', 'x'.repeat(129), 'a\n'])(
    'moves no tag called %j',
    async tag => {
      await expect(
        releaserWith({}).moveTag(
          { repository: 'r.test/app', tag, digest: DIGEST },
          options,
        ),
      ).rejects.toMatchObject({ reason: { code: 'TagMoveFailed' } });
    },
  );

  it('notices when somebody else moves the tag back', async () => {
    const releaser = releaserWith({
      headManifest: async () =>
        ({ digest: `sha256:${'b'.repeat(64)}` } as never),
      getManifest: async () =>
        ({ descriptor: { mediaType: 'm' }, bytes: Buffer.alloc(1) } as never),
      putManifest: async () => ({} as never),
    });
    await expect(
      releaser.moveTag(
        { repository: 'r.test/app', tag: 'x', digest: DIGEST },
        options,
      ),
    ).rejects.toMatchObject({
      retryable: true,
      reason: { code: 'TagMoveFailed' },
    });
  });

  it('leaves images unsigned without a signer', async () => {
    expect(
      await releaserWith({}).sign([], { ...options, annotations: {} }),
    ).toBe('Unsigned');
  });

  it('believes no claim that is no digest', async () => {
    await expect(
      releaserWith({}).verify(
        [
          {
            repository: 'r.test/app',
            digest: 'latest',
            platform: { os: 'linux', architecture: 'amd64' },
          },
        ],
        { ...options, expectedLabels: {} },
      ),
    ).rejects.toMatchObject({ reason: { code: 'DigestMismatch' } });
  });
});

describe('toReleaseError', () => {
  it.each<[OciErrorCode, string, boolean]>([
    ['notFound', 'DigestNotInRegistry', false],
    ['digestMismatch', 'DigestMismatch', false],
    ['unauthorized', 'PushUnauthorized', false],
    ['forbidden', 'PushDenied', false],
    ['rateLimited', 'RegistryRateLimited', true],
    ['network', 'RegistryUnreachable', true],
    ['registryFault', 'RegistryUnreachable', true],
    ['aborted', 'SigningFailed', true],
    ['refused', 'SigningFailed', false],
  ])('says %s as %s', (code, reason, retryable) => {
    const cause = new OciError(code, 'the registry said so', { retryable });
    expect(toReleaseError(cause, 'Signing', 'SigningFailed')).toMatchObject({
      retryable,
      reason: {
        code: reason,
        message: 'Signing failed: the registry said so.',
      },
    });
  });

  it('shows nothing of an unexpected error', () => {
    const error = toReleaseError(
      new Error('canary'),
      'Signing',
      'SigningFailed',
    );
    expect(error.reason.message).toBe('Signing failed unexpectedly.');
    expect(error.retryable).toBe(true);
  });
});
