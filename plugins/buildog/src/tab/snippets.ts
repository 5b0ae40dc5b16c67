import type { Entity } from '@backstage/catalog-model';
import type { CodeLine } from '../parts/CodeBlock';

/** The smallest setting that gives builds a cluster to run on. */
export const RUNNER_SNIPPET = `buildog:
  runner:
    kubernetes:
      clusters:
        - name: default
          namespace: buildog-builds
`;

/** An annotation that says where the source is. */
export const SOURCE_SNIPPET =
  'backstage.io/source-location: url:https://git.example.com/group/name/';

/**
 * The head of an entity's descriptor with the lines to add in their place. Of
 * the annotations that are there, those that the catalog writes by itself are
 * left out.
 */
export function annotationLines(entity: Entity, snippet: string): CodeLine[] {
  const written = Object.entries(entity.metadata.annotations ?? {})
    .filter(
      ([key]) =>
        !key.startsWith('backstage.io/managed-by-') &&
        ![
          'backstage.io/source-location',
          'backstage.io/view-url',
          'backstage.io/edit-url',
          'backstage.io/orphan',
        ].includes(key),
    )
    .slice(0, 2);
  return [
    { text: `apiVersion: ${entity.apiVersion}` },
    { text: `kind: ${entity.kind}` },
    { text: 'metadata:' },
    { text: `  name: ${entity.metadata.name}` },
    { text: '  annotations:' },
    ...written.map(([key, value]) => ({ text: `    ${key}: ${value}` })),
    ...snippet
      .trim()
      .split('\n')
      .map(line => ({ text: `    ${line.trim()}`, added: true })),
  ];
}
