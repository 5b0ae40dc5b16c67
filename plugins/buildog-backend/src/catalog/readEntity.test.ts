import type { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { readConfig } from '../config';
import { readEntity } from './readEntity';

const settings = readConfig(
  new ConfigReader({
    buildog: {
      runner: {
        kubernetes: {
          clusters: [
            {
              name: 'c',
              access: { type: 'inCluster' },
              namespace: 'builds',
              agentImage: 'r.test/agent',
            },
          ],
        },
      },
      registries: [{ host: 'r.test:5000' }],
      defaults: { registry: 'r.test:5000' },
    },
  }),
);

function entity(
  annotations: Record<string, string>,
  name = 'payments-api',
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'Shop', annotations },
    relations: [{ type: 'ownedBy', targetRef: 'group:default/payments' }],
  };
}

const enabled = {
  'backstage.io/source-location':
    'url:https://git.test/acme/mono/tree/main/services/api/',
  'buildog.dev/config': 'default',
};

describe('readEntity', () => {
  it('finds repository, Dockerfile, context and image', () => {
    expect(readEntity(entity(enabled), settings)).toEqual({
      state: 'Ready',
      facts: {
        entityRef: 'component:shop/payments-api',
        ownerRef: 'group:default/payments',
        repositoryUrl: 'https://git.test/acme/mono',
        branch: 'main',
        dockerfile: 'services/api/Dockerfile',
        context: 'services/api',
        image: 'r.test:5000/shop/payments-api',
      },
    });
  });

  it('lets the context differ from the folder of the Dockerfile', () => {
    expect(
      readEntity(
        entity({
          ...enabled,
          'buildog.dev/dockerfile': './docker/Dockerfile.prod',
          'buildog.dev/context': '.',
        }),
        settings,
      ),
    ).toMatchObject({
      facts: {
        dockerfile: 'services/api/docker/Dockerfile.prod',
        context: '.',
      },
    });
  });

  it('normalises names that no image may have', () => {
    expect(
      readEntity(entity(enabled, 'Payments__API.v2-'), settings),
    ).toMatchObject({ facts: { image: 'r.test:5000/shop/payments-api-v2' } });
  });

  it.each([
    ['NoSourceLocation', { 'buildog.dev/config': 'default' }],
    [
      'NoSourceLocation',
      { ...enabled, 'backstage.io/source-location': 'file:/etc' },
    ],
    [
      'NotEnabled',
      { 'backstage.io/source-location': 'url:https://git.test/a/b' },
    ],
    ['NotEnabled', { ...enabled, 'buildog.dev/config': 'buildog.yaml' }],
    ['NotEnabled', { ...enabled, 'buildog.dev/dockerfile': '../Dockerfile' }],
    ['NotEnabled', { ...enabled, 'buildog.dev/dockerfile': '/etc/passwd' }],
    ['NotEnabled', { ...enabled, 'buildog.dev/context': 'a/../..' }],
  ])('says %s for %j', (state, annotations) => {
    const answer = readEntity(entity(annotations), settings);
    expect(answer).toMatchObject({
      state,
      message: expect.stringMatching(/\w+.*\./),
    });
  });

  it('names the setting that is missing in the portal', () => {
    const nothing = readConfig(new ConfigReader({}));
    expect(readEntity(entity(enabled), nothing)).toMatchObject({
      state: 'NoRunner',
      snippet: expect.stringContaining('clusters:'),
    });
    expect(
      readEntity(entity(enabled), {
        ...settings,
        defaults: { ...settings.defaults, registry: undefined },
      }),
    ).toMatchObject({
      state: 'NoRunner',
      snippet: expect.stringContaining('registry:'),
    });
  });
});
