import { readFileSync } from 'node:fs';
import type { DemoState } from './Demo.ts';

/**
 * The builders that the specs run through: buildah always, kaniko where the
 * cluster found an executor.
 */
export function builders(): string[] {
  const state: DemoState = JSON.parse(
    readFileSync(process.env.BUILDOG_TEST_DEMO ?? '', 'utf8'),
  );
  return state.cluster.kaniko ? ['kaniko', 'buildah'] : ['buildah'];
}
