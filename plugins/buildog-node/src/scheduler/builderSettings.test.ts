import { z } from 'zod';
import {
  builderSettingsShape,
  builderSettingsWarnings,
  proxyEnvironment,
  proxySetting,
} from './builderSettings';

const schema = z.strictObject(builderSettingsShape);

describe('builderSettingsShape', () => {
  it.each([
    'busybox',
    'r.example:5000/a/b_c-d.e:v1.2',
    `r.example/a@sha256:${'0'.repeat(64)}`,
    `r.example/a:v1@sha256:${'0'.repeat(64)}`,
  ])('takes the image %s', image => {
    expect(schema.parse({ image }).image).toBe(image);
  });

  it.each(['', 'A', 'a b', 'a/', 'a:', 'a@sha256:1', '-a', 'a//b', '$(X)'])(
    'refuses the image %j',
    image => {
      expect(schema.safeParse({ image }).success).toBe(false);
    },
  );

  it('is clear about what it refuses', () => {
    const result = schema.safeParse({
      image: 'a',
      registryMirrors: ['https://mirror.example'],
    });
    expect(result.error?.issues[0]).toMatchObject({
      path: ['registryMirrors', 0],
      message: expect.stringContaining('"https://mirror.example" is not'),
    });
  });
});

describe('builderSettingsWarnings', () => {
  it('has none for a pinned image and verified registries', () => {
    const image = `r.example/a@sha256:${'0'.repeat(64)}`;
    expect(builderSettingsWarnings(schema.parse({ image }))).toEqual([]);
  });
});

describe('proxyEnvironment', () => {
  it('is empty without a proxy', () => {
    expect(proxyEnvironment(proxySetting.parse({ noProxy: ['a'] }))).toEqual(
      {},
    );
  });

  it('says everything in both spellings', () => {
    expect(
      proxyEnvironment(
        proxySetting.parse({
          http: 'http://p:1',
          https: 'http://p:2',
          noProxy: ['.a', '10.0.0.0/8'],
        }),
      ),
    ).toEqual({
      HTTP_PROXY: 'http://p:1',
      http_proxy: 'http://p:1',
      HTTPS_PROXY: 'http://p:2',
      https_proxy: 'http://p:2',
      NO_PROXY: '.a,10.0.0.0/8',
      no_proxy: '.a,10.0.0.0/8',
    });
  });
});
