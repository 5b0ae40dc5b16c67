import type { NewBuild } from '../NewBuild';

/** A revision for tests. */
export const REVISION = 'b81d04c7'.padEnd(40, '0');

/** A request for a build of one component; `inputs` are merged. */
export function newBuild(
  override: Partial<Omit<NewBuild, 'inputs'>> & {
    inputs?: Partial<NewBuild['inputs']>;
  } = {},
): NewBuild {
  const entityRef = override.entityRef ?? 'component:default/payments-api';
  return {
    entityRef,
    ownerRef: 'group:default/team-payments',
    trigger: { kind: 'Manual', by: 'user:default/guest' },
    ...override,
    inputs: {
      repositoryUrl: 'https://git.example.com/payments/payments-api.git',
      revision: REVISION,
      branch: 'main',
      dockerfile: 'Dockerfile',
      context: '.',
      destinations: [`registry.example.com/${entityRef.split('/')[1]}`],
      ...override.inputs,
    },
  };
}
