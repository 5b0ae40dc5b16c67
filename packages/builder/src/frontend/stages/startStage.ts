import { formatPlatform } from '@buildog/oci';
import type { Platform } from '@buildog/oci';
import type { RuntimeConfig } from '../../model/ImageConfig';
import { resolvePath } from '../apply/paths';
import { scratchVertex } from '../apply/vertices';
import type { PlannedHistoryEntry } from '../BuildPlan';
import { Environment } from '../Environment';
import { normalizePlatform } from '../platform';
import type { PlanScope } from '../PlanScope';
import { StageState, type StageStart } from '../StageState';
import type { StageNode } from './StageNode';

const path =
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const inheritedFields = [
  ...(['User', 'ExposedPorts', 'Env', 'Entrypoint', 'Cmd'] as const),
  ...(['Volumes', 'WorkingDir', 'Labels', 'StopSignal'] as const),
  ...(['Healthcheck', 'Shell', 'ArgsEscaped'] as const),
];

/**
 * The state a stage has before its first instruction: that of the stage below
 * it, or what its base image says.
 *
 * @param parent - state of the stage below, where there is one
 */
export function startStage(
  scope: PlanScope,
  node: StageNode,
  parent: StageState | undefined,
): StageState {
  const several = scope.dockerfile.stages.length > 1;
  const steps = stepCount(node);
  const name = several || !node.stage ? node.name : undefined;
  const begin = (start: StageStart) =>
    new StageState(scope, start, name, steps);
  if (parent) return begin(parent.asStart());
  const { origin } = node;
  if (origin?.kind === 'image') return fromImage(scope, node, begin);
  const scratch = scratchVertex(scope);
  const platform = node.platform ?? scope.target;
  const start = startOf(scope, platform, { WorkingDir: '/' });
  if (origin?.kind !== 'tree') return begin({ ...start, vertex: scratch });
  // Files of a context become a filesystem by copying them into an empty one.
  const state = begin({ ...start, vertex: scratch });
  state.vertex = state.makeVertex(
    {
      ...{ kind: 'copy', sources: ['/'], literal: true, destination: '/' },
      ...{ exclude: [], parents: false, link: false, unpack: false },
      keepOwners: false,
    },
    [scratch, origin.vertex],
    node.place,
  );
  const files = node.context?.name ?? node.baseName;
  state.commit(`COPY ${files} / # buildkit`, state.vertex);
  return state;
}

function fromImage(
  scope: PlanScope,
  node: StageNode,
  begin: (start: StageStart) => StageState,
): StageState {
  const { origin } = node;
  if (origin?.kind !== 'image') throw new Error('not an image');
  const { image, platform, name } = origin;
  const { reference, config: source } = image;
  const start = startOf(scope, platform, pickConfig(source.config ?? {}));
  const imagePlatform = normalizePlatform({
    os: source.os,
    architecture: source.architecture,
    variant: source.variant,
    'os.version': source['os.version'],
  });
  if (
    imagePlatform.os !== platform.os ||
    imagePlatform.architecture !== platform.architecture
  ) {
    scope.warn(
      'InvalidBaseImagePlatform',
      node.place,
      () =>
        `the base image ${name} is for ${formatPlatform(
          imagePlatform,
        )}, and ${formatPlatform(platform)} is wanted`,
    );
  }
  const history = (source.history ?? []).map(
    (entry): PlannedHistoryEntry => ({ entry, inherited: true }),
  );
  const state = begin({
    ...start,
    vertex: scratchVertex(scope),
    imagePlatform,
    history,
    base: { name, reference },
    ...(source.author ? { author: source.author } : {}),
  });
  if (source.rootfs.diff_ids.length === 0) return state;
  state.nextStep();
  state.vertex = state.makeVertex(
    { kind: 'image', reference, platform },
    [],
    node.place,
    { title: `FROM ${reference}` },
  );
  return state;
}

function startOf(
  scope: PlanScope,
  platform: Platform,
  config: RuntimeConfig,
): StageStart {
  const { Env = [] } = config;
  // Windows finds its programs without it.
  const hasPath =
    platform.os === 'windows' || Env.some(line => line.startsWith('PATH='));
  const variables = hasPath ? Env : [...Env, path];
  const { WorkingDir = '' } = config;
  const directory = resolvePath('/', WorkingDir);
  return {
    vertex: scratchVertex(scope),
    platform,
    imagePlatform: platform,
    config: {
      ...config,
      Env: variables,
      // Only a relative path is changed: containers would start elsewhere.
      ...(WorkingDir && !WorkingDir.startsWith('/')
        ? { WorkingDir: directory }
        : {}),
    },
    history: [],
    environment: Environment.from(variables),
    directory,
    arguments: [],
    workdirSet: false,
  };
}

/** What a new image takes over: fields that nobody defined, and triggers, stay behind. */
function pickConfig(config: RuntimeConfig): RuntimeConfig {
  return Object.fromEntries(
    inheritedFields
      .filter(field => config[field] !== undefined && config[field] !== null)
      .map(field => [field, config[field]]),
  );
}

/** How many numbered steps a stage has. */
function stepCount(node: StageNode): number {
  const numbered = new Set(['add', 'copy', 'run', 'workdir']);
  const own = node.instructions.filter(({ instruction }) =>
    numbered.has(instruction.kind),
  );
  const base = !node.parent && node.baseName !== 'scratch' ? 1 : 0;
  return own.length + base;
}
