/** Components of the end-to-end tests, each with a repository of its name, which they push. */
export const FIXTURES = [
  'gate',
  'broken',
  'forever',
  'probe',
  'crash',
  'ticks',
] as const;

/** A component of the demo's catalog. */
export interface DemoComponent {
  name: string;
  description: string;
  owner: 'platform-team' | 'other-team';
  /** Clone URL. */
  repository: string;
  dockerfile?: string;
  /** Absent: builds are not enabled, and the tab says how to enable them. */
  config?: 'default';
}

/**
 * The demo's components as catalog entities (a multi-document YAML; JSON is
 * YAML). Written when the cluster is known, because the git server's address
 * is in every source location.
 */
export function demoCatalog(components: DemoComponent[]): string {
  return components
    .map(component =>
      JSON.stringify(
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: {
            name: component.name,
            description: component.description,
            annotations: {
              'backstage.io/source-location': `url:${component.repository}`,
              ...(component.config && {
                'buildog.dev/config': component.config,
              }),
              ...(component.dockerfile && {
                'buildog.dev/dockerfile': component.dockerfile,
              }),
            },
          },
          spec: {
            type: 'service',
            lifecycle: 'production',
            owner: component.owner,
            system: 'buildog',
          },
        },
        undefined,
        2,
      ),
    )
    .join('\n---\n');
}
