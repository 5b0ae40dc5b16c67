import { availableParallelism } from 'node:os';
import { parseDockerfile } from './dockerfile/parseDockerfile';
import { toBuilderError } from './errors/toBuilderError';
import type { BuildOptions } from './build/BuildOptions';
import type { BuildResult } from './build/BuildResult';
import { createExecutors } from './build/createExecutors';
import { defaultCacheDir } from './build/defaultCacheDir';
import { exportImages } from './build/exportImages';
import { Observation } from './build/Observation';
import { openContexts } from './build/openContexts';
import { readSecrets } from './build/readSecrets';
import { registryAccess } from './build/registryAccess';
import { registryCaches } from './build/registryCaches';
import { toGraphOptions } from './build/toGraphOptions';
import { Workshop } from './build/Workshop';
import { toGraph } from './frontend/toGraph';
import { solve } from './solve/solve';
import type { SolveSettings, SolveTools } from './solve/SolveTools';
import type { SolveListener } from './solve/SolveEvent';
import { Registries } from './sources/Registries';

/** What a build may be given instead of its own. @public */
export interface BuildDependencies {
  /** Told what happens, as it happens. */
  readonly listener?: SolveListener;
  /** Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Builds the images of a Dockerfile: plans them, works out what the cache does not
 * have, and writes or pushes what came out. May be called any number of times in
 * one process, also at the same time, with the same cache folder or others; several
 * processes may share one. Nothing is left running, mounted or in a scratch folder
 * when the promise is settled.
 *
 * `RUN` steps need a process that called `enterSandbox` when it began, or the
 * executors `chroot` and `container`.
 *
 * @throws {@link BuilderError}, also for a signal that aborts (`cancelled`)
 * @public
 */
export async function build(
  options: BuildOptions,
  dependencies: BuildDependencies = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<BuildResult> {
  const { env = process.env } = dependencies;
  const observation = new Observation(dependencies.listener);
  const { listener } = observation;
  const registries = new Registries(registryAccess(options, env));
  const secrets = readSecrets(options, env);
  const caches = registryCaches(options, { registries, listener, signal });
  const now = options.sourceDateEpoch ?? Math.floor(Date.now() / 1000);
  const gitToken = async () =>
    (await secrets('GIT_AUTH_TOKEN'))?.toString().trim();
  let close = async () => registries.close();
  try {
    signal.throwIfAborted();
    const workshop = await Workshop.open({
      cacheDir: options.cacheDir ?? defaultCacheDir(env),
      registries,
      recordSources: caches.sources,
      listener,
      now,
      gitToken,
      signal,
    });
    close = async () => {
      await workshop.close();
      await registries.close();
    };
    const { contexts, dockerfile, namedContexts } = await openContexts(
      options,
      workshop,
      signal,
    );
    const plan = await toGraph(
      parseDockerfile(dockerfile.text, { file: dockerfile.name }),
      toGraphOptions(options, namedContexts),
      workshop.images,
      signal,
    );
    for (const { message, position } of plan.warnings) {
      listener({ type: 'warning', message, position });
    }
    const settings = settingsOf(options, plan.sourceDateEpoch, now);
    const executors = createExecutors(options, workshop, listener, env);
    try {
      const tools: SolveTools = {
        layers: workshop.layers,
        records: workshop.records,
        cacheMounts: workshop.cacheMounts,
        executor: () => executors.get(),
        imageChain: (reference, platform, inner) =>
          workshop.imageChain(reference, platform, inner),
        context: name => contexts.tree(name),
        http: (operation, inner) => workshop.http.fetch(operation, inner),
        git: (operation, inner) => workshop.git.fetch(operation, inner),
        secret: secrets,
        sshAgent: id => options.ssh?.[id],
        freeSpace: () => workshop.freeSpace(),
        settings,
        listener,
        scratch: workshop.scratch,
      };
      const roots = plan.images.flatMap(({ root, history }) => [
        root,
        ...history.flatMap(({ vertex }) => vertex ?? []),
      ]);
      const solved = await solve(roots, tools, signal);
      const exported = await exportImages({
        options,
        plan,
        solved,
        workshop,
        registries,
        listener,
        signal,
      });
      await caches.export(workshop);
      return { ...exported, ...observation.summary() };
    } finally {
      await contexts.save();
      await executors.close();
    }
  } catch (error) {
    throw toBuilderError(signal.aborted ? signal.reason : error);
  } finally {
    await close();
  }
}

function settingsOf(
  options: BuildOptions,
  clampTime: number | undefined,
  now: number,
): SolveSettings {
  const { allow = [] } = options;
  return {
    compression: options.compression ?? { algorithm: 'gzip' },
    ...(clampTime !== undefined && { clampTime }),
    now: clampTime ?? now,
    noCache: options.noCache ?? false,
    network: options.network ?? 'proxy',
    allowHostNetwork: allow.includes('network.host'),
    allowInsecure: allow.includes('security.insecure'),
    limits: options.limits ?? {},
    parallel: options.parallel ?? Math.max(2, availableParallelism()),
    hostname: options.hostname ?? 'buildog',
  };
}
