import { BuilderError } from '../errors/BuilderError';
import type { Dockerfile } from '../dockerfile/Dockerfile';
import type { Vertex } from '../graph/Operation';
import type { BuildPlan } from './BuildPlan';
import {
  globalArguments,
  isPredefined,
  proxyVariables,
} from './globalArguments';
import type { GraphOptions } from './GraphOptions';
import type { ImageResolver, ResolvedImage } from './ImageResolver';
import { checkDockerfile } from './lint/checkDockerfile';
import { CheckRules } from './lint/CheckRules';
import { planImage } from './planImage';
import { formatFullPlatform, normalizePlatform } from './platform';
import { createBudget, type PlanScope, WarningList } from './PlanScope';

/**
 * Evaluates a Dockerfile: what has to be done for the target, in which order,
 * and what the image's configuration and history will be. Stages that the
 * target does not need are not in the result and their images are not asked
 * for. Does nothing but call the resolver; the same input and the same answers
 * give the same plan.
 *
 * @throws BuilderError `validation` with file, line and instruction; what the
 * resolver throws, with the place added
 * @public
 */
export async function toGraph(
  dockerfile: Dockerfile,
  options: GraphOptions,
  resolver: ImageResolver,
  signal?: AbortSignal,
): Promise<BuildPlan> {
  const buildArgs = options.buildArgs ?? {};
  const warnings = new WarningList();
  dockerfile.warnings.forEach(warning => warnings.add(warning));
  const warn: PlanScope['warn'] = (code, { position }, message) => {
    if (!warnings.full) warnings.add({ code, message: message(), position });
  };
  checkDockerfile(dockerfile, warn);
  const epoch = options.sourceDateEpoch ?? epochOf(buildArgs);
  const build = normalizePlatform(options.buildPlatform);
  const platforms = options.platforms?.length
    ? options.platforms.map(normalizePlatform)
    : [build];
  const contexts = new Map<string, Vertex>();
  const spend = createBudget();
  const shared = rememberImages(resolver);
  const images = await Promise.all(
    platforms.map(target => {
      const stage =
        options.target ??
        dockerfile.stages[dockerfile.stages.length - 1].from.stage ??
        'default';
      const scope: PlanScope = {
        ...{ dockerfile, options, buildArgs, target, build, contexts },
        globals: globalArguments(dockerfile, buildArgs, {
          ...{ build, target, stage },
        }),
        several: platforms.length > 1,
        proxyEnv: proxyVariables(buildArgs),
        hostname: options.hostname ?? buildArgs.BUILDKIT_SANDBOX_HOSTNAME,
        ...{ epoch, warn, spend },
      };
      return planImage(scope, shared, signal);
    }),
  );
  warnOfUnused(dockerfile, buildArgs, warn);
  const rules = CheckRules.parse(
    buildArgs.BUILDKIT_DOCKERFILE_CHECK ?? dockerfile.directives.check,
  );
  return {
    images,
    warnings: rules.apply(warnings.list()),
    ...(epoch === undefined ? {} : { sourceDateEpoch: epoch }),
  };
}

/** Asks for each image once, however many stages and platforms need it. */
function rememberImages(resolver: ImageResolver): ImageResolver {
  const known = new Map<string, Promise<ResolvedImage>>();
  return {
    resolveImage(reference, platform, signal) {
      const key = `${reference} ${formatFullPlatform(platform)}`;
      const found =
        known.get(key) ?? resolver.resolveImage(reference, platform, signal);
      known.set(key, found);
      return found;
    },
  };
}

function epochOf(
  buildArgs: Readonly<Record<string, string>>,
): number | undefined {
  const text = buildArgs.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return undefined;
  // The year 9999, the last one that timestamps of images can hold.
  if (/^\d+$/.test(text) && Number(text) <= 253_402_300_799) {
    return Number(text);
  }
  throw new BuilderError(
    'validation',
    `the build argument SOURCE_DATE_EPOCH is ${JSON.stringify(
      text.slice(0, 80),
    )}; it takes whole seconds since 1970`,
    { operation: 'plan' },
  );
}

function warnOfUnused(
  dockerfile: Dockerfile,
  buildArgs: Readonly<Record<string, string>>,
  warn: PlanScope['warn'],
): void {
  const declared = new Set(
    [
      ...dockerfile.globalArguments,
      ...dockerfile.stages.flatMap(stage => stage.instructions),
    ].flatMap(instruction =>
      instruction.kind === 'arg'
        ? instruction.arguments.map(({ name }) => name)
        : [],
    ),
  );
  for (const name of Object.keys(buildArgs)) {
    if (declared.has(name) || isPredefined(name)) continue;
    warn(
      'UnusedBuildArg',
      dockerfile.stages[0].from,
      () => `the build argument ${name} is given, but no ARG takes it`,
    );
  }
}
