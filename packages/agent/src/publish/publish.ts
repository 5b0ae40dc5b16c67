import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  parseRepository,
  pushLayout,
  readLayout,
  type Layout,
  type LayoutManifest,
  type Repository,
} from '@buildog/oci';
import {
  agentPaths,
  PROTOCOL_VERSION,
  publishInputSchema,
  type PublishInput,
  type PublishSuccess,
} from '../protocol';
import {
  AgentError,
  printable,
  type Program,
  type ProgramContext,
} from '../program';
import { choosePlatform } from './choosePlatform';
import { classifyPushFailure, type PublishStage } from './classifyPushFailure';
import { createClient } from './createClient';
import { PushCount } from './PushCount';

/**
 * Pushes the layout that the build containers left behind, by digest and
 * under no tag. The layout's author is the user, and the push credential is
 * in reach: everything of the layout is checked before the first request.
 */
export const publish: Program<typeof publishInputSchema> = {
  name: 'publish',
  inputSchema: publishInputSchema,
  credentialPath: agentPaths.dockerConfig,
  run: runPublish,
};

async function runPublish(
  input: PublishInput,
  context: ProgramContext,
): Promise<PublishSuccess> {
  const started = performance.now();
  const deadline = AbortSignal.timeout(input.limits.seconds * 1000);
  const signal = AbortSignal.any([context.signal, deadline]);
  let stage: PublishStage = 'configure';
  try {
    const repository = parseRepository(input.repository);
    const mountFrom = input.mountFrom.map(path =>
      parseRepository(`${repository.registry}/${path}`),
    );
    stage = 'read';
    const layout = await openLayout(input, signal);
    const image = choosePlatform(layout, input.expectedPlatform);
    stage = 'push';
    const count = PushCount.create(context.log);
    await push(input, context, {
      layout,
      image,
      repository,
      mountFrom,
      count,
      signal,
    });
    const seconds = Math.round(performance.now() - started) / 1000;
    context.log(`publish: pushed ${image.descriptor.digest} in ${seconds} s`);
    return resultOf(input, image, count, seconds);
  } catch (error) {
    if (deadline.aborted && !context.signal.aborted) {
      throw new AgentError(
        'PushTimedOut',
        `The push was not done after ${input.limits.seconds} seconds.`,
        { cause: error },
      );
    }
    throw classifyPushFailure(error, stage);
  }
}

async function openLayout(
  { layoutPath, limits }: PublishInput,
  signal: AbortSignal,
): Promise<Layout> {
  try {
    await access(join(layoutPath, 'index.json'));
  } catch {
    throw new AgentError(
      'LayoutMissing',
      'The build ended without leaving an image.',
    );
  }
  return readLayout(layoutPath, {
    signal,
    limits: {
      maxJsonBytes: limits.manifestBytes,
      maxBlobBytes: limits.bytes,
      maxTotalBytes: limits.bytes,
      maxLayers: limits.layers,
      maxManifests: 16,
    },
  });
}

interface Push {
  layout: Layout;
  image: LayoutManifest;
  repository: Repository;
  mountFrom: Repository[];
  count: PushCount;
  signal: AbortSignal;
}

async function push(
  input: PublishInput,
  context: ProgramContext,
  { layout, image, repository, mountFrom, count, signal }: Push,
): Promise<void> {
  const client = await createClient(input, context.credentialPath);
  try {
    await pushLayout(client, onlyImage(layout, image), repository, {
      root: image.descriptor.digest,
      mountFrom,
      signal,
      onProgress: count.onProgress,
    });
  } finally {
    await client.close();
  }
}

/** An index around the single image is the builder's; it is left behind. */
function onlyImage(layout: Layout, image: LayoutManifest): Layout {
  return {
    ...layout,
    roots: [image.descriptor],
    manifests: new Map([[image.descriptor.digest, image]]),
    openBlob: digest => layout.openBlob(digest),
  };
}

function resultOf(
  { repository, expectedPlatform }: PublishInput,
  { descriptor, image }: LayoutManifest,
  count: PushCount,
  seconds: number,
): PublishSuccess {
  const layers = image?.layers ?? [];
  const cpuVariant = image?.platform?.variant;
  return {
    protocolVersion: PROTOCOL_VERSION,
    program: 'publish',
    ok: true,
    repository,
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    size: [descriptor, ...layers].reduce(
      (sum, { size }) => sum + size,
      image?.config.size ?? 0,
    ),
    platform: {
      os: expectedPlatform.os,
      architecture: expectedPlatform.architecture,
      // The builder wrote it, so the user may have.
      ...(cpuVariant && { cpuVariant: printable(cpuVariant, 32) }),
    },
    layers: layers.length,
    pushedBytes: count.pushedBytes,
    mountedBlobs: count.mountedBlobs,
    existingBlobs: count.existingBlobs,
    seconds,
  };
}
