import {
  ANNOTATION_SOURCE_LOCATION,
  type Entity,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import {
  BUILDOG_CONFIG_ANNOTATION,
  BUILDOG_CONTEXT_ANNOTATION,
  BUILDOG_DOCKERFILE_ANNOTATION,
} from '@buildog/plugin-buildog-common';
import { formatRepository, isOciError, parseRepository } from '@buildog/oci';
import type { BuildogConfig } from '../config';
import type { EntityReadiness } from './EntityFacts';
import { parseSourceLocation } from './parseSourceLocation';

/** The settings that decide about an entity. */
export interface EntitySettings extends Pick<BuildogConfig, 'defaults'> {
  runner: {
    /** Whatever can run builds; those that modules added count as well. */
    kubernetes: { clusters: readonly unknown[] };
  };
}

/**
 * What the catalog says about building an entity. Pure: the same entity and
 * settings give the same answer, and nothing is asked of anybody.
 */
export function readEntity(
  entity: Entity,
  settings: EntitySettings,
): EntityReadiness {
  const annotations = entity.metadata.annotations ?? {};
  const missing = missingSetting(settings);
  if (missing) return missing;

  const location = annotations[ANNOTATION_SOURCE_LOCATION];
  const source = location ? parseSourceLocation(location) : undefined;
  if (!source) {
    return {
      state: 'NoSourceLocation',
      message: location
        ? `The annotation ${ANNOTATION_SOURCE_LOCATION} names no git repository. Give url: and the repository's address.`
        : `This component has no ${ANNOTATION_SOURCE_LOCATION}. Buildog builds what that repository holds.`,
      snippet: annotationSnippet(
        ANNOTATION_SOURCE_LOCATION,
        'url:https://git.example.com/team/repository/',
      ),
    };
  }
  if (!annotations[BUILDOG_CONFIG_ANNOTATION]) {
    return {
      state: 'NotEnabled',
      message: `Builds are not enabled for this component. Add the annotation ${BUILDOG_CONFIG_ANNOTATION} to its catalog-info.yaml; the Dockerfile at its source location is then built.`,
      snippet: annotationSnippet(BUILDOG_CONFIG_ANNOTATION, 'default'),
    };
  }
  const config = annotations[BUILDOG_CONFIG_ANNOTATION];
  if (config !== 'default') {
    return {
      state: 'NotEnabled',
      message: `The annotation ${BUILDOG_CONFIG_ANNOTATION} is ${JSON.stringify(
        config.slice(0, 80),
      )}. This version reads "default" only: the Dockerfile at the source location.`,
      snippet: annotationSnippet(BUILDOG_CONFIG_ANNOTATION, 'default'),
    };
  }
  const dockerfile = join(
    source.folder,
    annotations[BUILDOG_DOCKERFILE_ANNOTATION] ?? settings.defaults.dockerfile,
  );
  const context = join(
    '.',
    annotations[BUILDOG_CONTEXT_ANNOTATION] ?? source.folder,
  );
  for (const [name, path] of [
    [BUILDOG_DOCKERFILE_ANNOTATION, dockerfile],
    [BUILDOG_CONTEXT_ANNOTATION, context],
  ]) {
    if (path === undefined) {
      return {
        state: 'NotEnabled',
        message: `The annotation ${name} is not a path inside the repository. Use a relative path without "..".`,
      };
    }
  }
  return withImage(entity, settings, {
    entityRef: stringifyEntityRef(entity).toLocaleLowerCase('en-US'),
    ownerRef: entity.relations?.find(r => r.type === RELATION_OWNED_BY)
      ?.targetRef,
    repositoryUrl: source.repositoryUrl,
    branch: source.branch,
    dockerfile: dockerfile!,
    context: context!,
  });
}

function missingSetting(settings: EntitySettings): EntityReadiness | undefined {
  if (settings.runner.kubernetes.clusters.length === 0) {
    return {
      state: 'NoRunner',
      message:
        'Builds are not set up in this portal yet: no cluster is configured to run them, and builds on this machine are not enabled.',
      snippet: [
        'buildog:',
        '  runner:',
        '    kubernetes:',
        '      clusters:',
        '        - name: builds',
        '          access: { type: inCluster }',
        '          namespace: buildog-builds',
        '          agentImage: registry.example.com/buildog/agent@sha256:…',
        '    # or, on Linux, as processes of the portal’s own machine:',
        '    local: { enabled: true }',
      ].join('\n'),
    };
  }
  if (!settings.defaults.registry) {
    return {
      state: 'NoRunner',
      message:
        'Builds are not set up in this portal yet: no registry is configured for the images.',
      snippet: [
        'buildog:',
        '  defaults:',
        '    registry: registry.example.com',
        '  registries:',
        '    - host: registry.example.com',
        '      username: buildog',
        '      password: ${BUILDOG_REGISTRY_PASSWORD}',
        '  # or one on the disk of this machine:',
        '  embeddedRegistry: { enabled: true }',
      ].join('\n'),
    };
  }
  return undefined;
}

function withImage(
  entity: Entity,
  { defaults }: EntitySettings,
  facts: Omit<Extract<EntityReadiness, { state: 'Ready' }>['facts'], 'image'>,
): EntityReadiness {
  const name = (part: string) =>
    part
      .toLocaleLowerCase('en-US')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '');
  const path = defaults.repository
    .replaceAll('{namespace}', name(entity.metadata.namespace ?? 'default'))
    .replaceAll('{name}', name(entity.metadata.name));
  try {
    const repository = parseRepository(`${defaults.registry}/${path}`);
    return {
      state: 'Ready',
      facts: { ...facts, image: formatRepository(repository) },
    };
  } catch (error) {
    if (!isOciError(error)) throw error;
    return {
      state: 'NotEnabled',
      message: `No image can be named after this component: ${error.message}`,
    };
  }
}

/** Joins relative paths; nothing where the result would leave the repository. */
function join(...paths: string[]): string | undefined {
  if (paths.some(path => path.startsWith('/') || /[\0\\]/.test(path))) {
    return undefined;
  }
  const parts = paths
    .flatMap(path => path.split('/'))
    .filter(part => part !== '' && part !== '.');
  if (parts.includes('..')) return undefined;
  return parts.join('/') || '.';
}

function annotationSnippet(name: string, value: string): string {
  return ['metadata:', '  annotations:', `    ${name}: ${value}`].join('\n');
}
