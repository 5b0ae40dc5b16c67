import type { Entity } from '@backstage/catalog-model';

/** The component that `FAKE_ENTITY_REF` names. */
export const fakeEntity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'payments-api',
    namespace: 'default',
    annotations: {
      'backstage.io/source-location': 'url:https://git.example.com/payments/',
      'backstage.io/techdocs-ref': 'dir:.',
    },
  },
  relations: [{ type: 'ownedBy', targetRef: 'group:default/team-payments' }],
};
