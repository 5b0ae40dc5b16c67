import type { BenchContext } from '../support/BenchContext.ts';
import type { KubeObject } from '../support/ClusterApi.ts';
import { Registry } from '../support/Registry.ts';
import type { BuildogClient } from '../../e2e/support/BuildogClient.ts';

/** What the rivals build, and with what. */
export interface BuildSubject {
  context: BenchContext;
  registry: Registry;
  client: BuildogClient;
  /** Name of the component and of its repository. */
  component: 'small' | 'large' | 'fresh';
  revision: string;
  /** Job and Secret that Buildog made for this very build. */
  template: { job: KubeObject; secret: KubeObject };
}

/** How long one build took, in ms. */
export interface BuildTimes {
  /** From the request to the tag moved. */
  whole: number;
  /** From hearing that the last container had ended to the tag moved. */
  afterwards?: number;
}

/** Where a variant's image goes, below the registry's host. */
export function repositoryOf(subject: BuildSubject, variant: string): string {
  return variant === 'buildog'
    ? `default/${subject.component}`
    : `default/${subject.component}-${variant}`;
}
