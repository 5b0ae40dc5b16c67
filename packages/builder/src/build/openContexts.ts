import { BuilderError } from '../errors/BuilderError';
import type { NamedContext } from '../frontend/GraphOptions';
import {
  BuildContexts,
  findDockerfile,
  type ContextFolder,
  type FoundDockerfile,
} from '../sources/BuildContexts';
import { isLayoutReference } from '../sources/LayoutImages';
import { gitOperation, openContext } from '../sources/openContext';
import type { BuildOptions } from './BuildOptions';
import type { Workshop } from './Workshop';

/** Where a build's files come from. */
export interface OpenedContexts {
  readonly contexts: BuildContexts;
  readonly dockerfile: FoundDockerfile;
  readonly namedContexts: Readonly<Record<string, NamedContext>>;
}

/** Opens the contexts of a build and finds its Dockerfile. */
export async function openContexts(
  options: BuildOptions,
  workshop: Workshop,
  signal: AbortSignal,
): Promise<OpenedContexts> {
  const main = await openContext(options.context, workshop, signal);
  const { dockerfileText: text } = options;
  const dockerfile: FoundDockerfile & { readonly path?: string } =
    text === undefined
      ? await findDockerfile(main.folder, options.dockerfile)
      : { name: 'Dockerfile', text };
  const folders = new Map<string, ContextFolder>([['default', main]]);
  const namedContexts: Record<string, NamedContext> = {};
  for (const [name, address] of Object.entries(options.buildContexts ?? {})) {
    const context = namedContext(address, workshop);
    namedContexts[name] = context;
    if (context.type === 'folder') {
      folders.set(name, await openContext(address, workshop, signal));
    }
  }
  return {
    dockerfile,
    namedContexts,
    contexts: new BuildContexts(folders, {
      statFolder: workshop.folders.files,
      dockerfile: dockerfile.path,
    }),
  };
}

function namedContext(address: string, { images }: Workshop): NamedContext {
  if (address.startsWith('docker-image://')) {
    return {
      type: 'image',
      reference: address.slice('docker-image://'.length),
    };
  }
  if (isLayoutReference(address)) {
    return { type: 'image', reference: images.referenceTo(address) };
  }
  if (address.startsWith('target:')) {
    return { type: 'stage', stage: address.slice('target:'.length) };
  }
  if (gitOperation(address)) return { type: 'git', url: address };
  if (/^[a-z0-9+-]+:\/\//.test(address) && !/^https?:/.test(address)) {
    throw new BuilderError(
      'validation',
      `--build-context ${
        address.split('?')[0]
      }: write a folder, a git or http address, docker-image:// or oci-layout://`,
    );
  }
  return { type: 'folder' };
}
