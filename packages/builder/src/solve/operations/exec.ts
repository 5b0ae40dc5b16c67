import type { ExecOperation } from '../../graph/Operation';
import { canonicalDigest } from '../canonicalDigest';
import { findUser } from '../../execute/findUser';
import { chainOf, treeOf } from '../chainOf';
import { mountContents } from '../exec/mountContents';
import { prepareMounts } from '../exec/prepareMounts';
import { networkOf, securityOf } from '../exec/permissions';
import { append, rememberBoth, type Made } from '../rememberLayer';
import type { Operate, Work } from '../Work';
import { writeSettings } from '../writeSettings';

/**
 * `RUN`. The key is made of the filesystem's content, of what the program is told
 * and of what bind mounts show; never of secrets' values, of what is in cache
 * mounts, or of proxies.
 */
export const exec: Operate<ExecOperation> = async work => {
  const { operation, inputs, tools } = work;
  const chain = chainOf(inputs[0]);
  const network = networkOf(operation, tools.settings);
  const keyed = { ...operation, proxyEnv: undefined };
  const keyFor = async (looks: 'whole' | 'inside') =>
    canonicalDigest({
      version: 1,
      ...keyed,
      mounts: await mountContents(work, looks),
      security: securityOf(operation, tools.settings),
      reaches: network,
      root: chain.map(({ diffId }) => diffId),
      write: writeSettings(tools.settings),
    });
  // A change in a stage that this step sees a part of need not change the part;
  // but first the key that can be had without looking.
  const quickKey = operation.mounts.some(({ type }) => type === 'bind')
    ? await keyFor('whole')
    : undefined;
  const made = await rememberBoth(work, quickKey, {
    key: () => keyFor('inside'),
    produce: () => run(work, network),
  });
  return append(inputs[0], made);
};

async function run(
  work: Work<ExecOperation>,
  network: ReturnType<typeof networkOf>,
): Promise<Made> {
  const { operation, inputs, tools, signal } = work;
  const { args, env, proxyEnv = [], cwd, user, platform } = operation;
  const executor = await tools.executor();
  const { home } = await findUser(await treeOf(inputs[0], tools), user);
  const prepared = await prepareMounts(work);
  try {
    const result = await executor.run(
      {
        root: chainOf(inputs[0]),
        args,
        env: withHome([...env, ...proxyEnv, ...prepared.env], home),
        cwd,
        user,
        mounts: prepared.mounts,
        network,
        limits: tools.settings.limits,
        platform,
        security: securityOf(operation, tools.settings),
        hostname: operation.hostname ?? tools.settings.hostname,
        extraHosts: operation.extraHosts,
      },
      { write: work.output },
      signal,
    );
    try {
      const layer = await tools.layers.write(result.changes(), {
        ...writeSettings(tools.settings),
        signal,
      });
      return { layer, fetched: result.fetched };
    } finally {
      await result.dispose();
    }
  } finally {
    await prepared.release();
  }
}

/** `HOME` of the user, as runc sets it where nobody else does. */
function withHome(env: readonly string[], home: string): readonly string[] {
  const isSet = env.some(entry => entry.startsWith('HOME='));
  return isSet ? env : [...env, `HOME=${home}`];
}
