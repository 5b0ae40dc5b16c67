import type { KubeObject } from '../support/ClusterApi.ts';

/**
 * The same Job as Buildog makes, under another name and nobody's: creating it
 * costs the API server the same. Its pod would wait for Secrets that do not
 * exist, so it is for Jobs that no node takes.
 *
 * @param like - a Job that Buildog made
 */
export function bareJob(like: KubeObject, name: string): KubeObject {
  const { selector, template, suspend, ...spec } = like.spec;
  const { labels, ...metadata } = template.metadata;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations: like.metadata.annotations },
    spec: { ...spec, template: { ...template, metadata } },
  };
}
