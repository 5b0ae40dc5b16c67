import { plan } from './plan';
import { buildRow, testContext } from './__testUtils__/fixtures';

const revision = 'c'.repeat(40);

describe('plan', () => {
  it('is the same for the same build', () => {
    expect(plan(buildRow(), revision, testContext)).toEqual(
      plan(buildRow(), revision, testContext),
    );
  });

  it('freezes what was asked over what is configured', () => {
    const result = plan(
      buildRow({
        inputs: {
          ...buildRow().inputs,
          scheduler: 'buildah',
          cluster: 'edge',
          platforms: [{ os: 'linux', architecture: 'arm64' }],
          target: 'release',
          buildArgs: { A: '$(B)', REVISION: 'r-{sha}' },
        },
      }),
      revision,
      testContext,
    );
    if (!result.ok) throw new Error(result.reason.message);
    expect(result.plan).toMatchObject({
      planVersion: 1,
      scheduler: 'buildah',
      cluster: 'edge',
      tasks: [
        {
          variant: 'default',
          platform: { architecture: 'arm64' },
          target: 'release',
          buildArgs: { A: '$(B)', REVISION: `r-${revision}` },
        },
      ],
      tags: ['v20261121-cccccccc', 'main'],
      labels: {
        'org.opencontainers.image.revision': revision,
        'org.opencontainers.image.source': buildRow().inputs.repositoryUrl,
        'org.opencontainers.image.created': '2026-11-21T10:00:00.000Z',
      },
    });
  });

  it('gives a bare commit no branch tag, and a tag only once', () => {
    const bare = plan(buildRow({ branch: undefined }), revision, testContext);
    expect(bare).toMatchObject({ plan: { tags: ['v20261121-cccccccc'] } });
    const same = plan(buildRow(), revision, {
      defaults: { ...testContext.defaults, tagTemplate: '{branch}' },
    });
    expect(same).toMatchObject({ plan: { tags: ['main'] } });
  });

  it('refuses several platforms and bad templates, with the remedy', () => {
    const defaults = {
      ...testContext.defaults,
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64' },
      ],
    };
    expect(plan(buildRow(), revision, { defaults })).toMatchObject({
      ok: false,
      reason: {
        category: 'Policy',
        message: expect.stringContaining('linux/amd64, linux/arm64'),
      },
    });
    expect(
      plan(buildRow(), revision, {
        defaults: { ...testContext.defaults, tagTemplate: '{nothing}' },
      }),
    ).toMatchObject({ ok: false, reason: { code: 'PolicyDenied' } });
  });
});
