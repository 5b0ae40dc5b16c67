import type { Entity } from '@backstage/catalog-model';
import type { CodeLine } from '../parts/CodeBlock';

/** The smallest setting that gives builds a cluster to run on. */
export const RUNNER_SNIPPET = `buildog:
  runner:
    kubernetes:
      clusters:
        - name: default
          access: { type: inCluster }
          namespace: buildog-builds
`;

/** An annotation that says where the source is. */
export const SOURCE_SNIPPET =
  'backstage.io/source-location: url:https://git.example.com/group/name/';

/** Annotations that the catalog writes by itself. */
const OWN =
  /^backstage\.io\/(managed-by-|source-location$|view-url$|edit-url$|orphan$)/;

/** The lines of a snippet that are annotations, without what is around them. */
export function addedAnnotations(snippet: string): string[] {
  return snippet
    .split('\n')
    .map(line => line.trim())
    .filter(line => line && line !== 'metadata:' && line !== 'annotations:');
}

/**
 * The head of an entity's descriptor with the annotations to add in their
 * place. Of those that are there, the ones that the catalog writes by itself
 * and the ones to be replaced are left out.
 */
export function annotationLines(entity: Entity, added: string[]): CodeLine[] {
  const written = Object.entries(entity.metadata.annotations ?? {})
    .filter(([key]) => !OWN.test(key))
    .filter(([key]) => !added.some(line => line.startsWith(`${key}:`)))
    .slice(0, 2);
  return [
    { text: `apiVersion: ${entity.apiVersion}` },
    { text: `kind: ${entity.kind}` },
    { text: 'metadata:' },
    { text: `  name: ${entity.metadata.name}` },
    { text: '  annotations:' },
    ...written.map(([key, value]) => ({ text: `    ${key}: ${value}` })),
    ...added.map(line => ({ text: `    ${line}`, added: true })),
  ];
}
