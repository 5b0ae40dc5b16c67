import type { Entity } from '@backstage/catalog-model';

/** A component that can be built, owned by `group:default/owners`. */
export function component(
  name: string,
  override: { annotations?: Record<string, string>; owner?: string } = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: 'default',
      annotations: override.annotations ?? {
        'backstage.io/source-location': `url:https://git.example.com/team/${name}.git`,
        'buildog.dev/config': 'default',
      },
    },
    spec: { type: 'service' },
    relations: [
      {
        type: 'ownedBy',
        targetRef: override.owner ?? 'group:default/owners',
      },
    ],
  };
}

/** What the tests' catalog has. */
export const entities: Entity[] = [
  component('app'),
  component('other', { owner: 'group:default/others' }),
  component('hidden'),
  component('not-enabled', {
    annotations: {
      'backstage.io/source-location':
        'url:https://git.example.com/team/not-enabled.git',
    },
  }),
  component('elsewhere', {
    annotations: {
      'backstage.io/source-location': 'url:https://10.0.0.1/team/x.git',
      'buildog.dev/config': 'default',
    },
  }),
];
