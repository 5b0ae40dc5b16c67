import { Entity, RELATION_OWNED_BY } from '@backstage/catalog-model';
import {
  EntityRefLinks,
  getEntityRelations,
} from '@backstage/plugin-catalog-react';
import { Message } from './Message';

/** "Ask team-payments.", or the people who run the portal without an owner. */
export const AskOwner = ({ entity }: { entity: Entity }) => {
  const owners = getEntityRelations(entity, RELATION_OWNED_BY);
  return owners.length > 0 ? (
    <>
      Ask{' '}
      <EntityRefLinks
        entityRefs={owners}
        style={{ textDecoration: 'underline' }}
      />
      .
    </>
  ) : (
    <>Ask the people who run this portal.</>
  );
};

/** Instead of a page that one may not read: who may grant it. */
export const NoAccess = ({ entity }: { entity: Entity }) => (
  <Message title={`You may not see the builds of ${entity.metadata.name}.`}>
    <AskOwner entity={entity} />
  </Message>
);
