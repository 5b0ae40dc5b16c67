import type { ExecMount, ExecOperation } from '../../graph/Operation';
import { canonicalDigest } from '../canonicalDigest';
import { identityOf, treeOf } from '../chainOf';
import { cleanPath } from '../copy/paths';
import { selectionContent } from '../copy/selectionContent';
import type { Work } from '../Work';
import { selectMount } from './selectMount';

/**
 * What of a step's mounts decides its result. A bind counts by the content that
 * it shows; a cache, secret or agent by where it is, never by what is in it.
 *
 * @param looks - `inside` reads what a bind shows; `whole` takes the whole tree it
 * comes from where that is known by a name, which needs no reading
 */
export function mountContents(
  work: Work<ExecOperation>,
  looks: 'whole' | 'inside',
): Promise<readonly unknown[]> {
  return Promise.all(
    work.operation.mounts.map(async mount => {
      if (mount.type === 'bind') {
        const { target, source, writable } = mount;
        const content = await bindContent(work, mount, looks);
        return { type: 'bind', target, source, writable, content };
      }
      if (mount.type !== 'cache') return mount;
      const { input, source, ...rest } = mount;
      // What fills an empty cache is no more part of the result than the cache.
      return { ...rest, filled: input !== undefined, source };
    }),
  );
}

type BindMount = Extract<ExecMount, { type: 'bind' }>;

async function bindContent(
  work: Work<ExecOperation>,
  mount: BindMount,
  looks: 'whole' | 'inside',
): Promise<unknown> {
  const { inputs, tools, signal } = work;
  const solved = inputs[mount.input];
  const identity = identityOf(solved);
  const isWhole = looks === 'whole' || cleanPath(mount.source) === '';
  if (identity !== undefined && isWhole) return identity;
  const tree = await treeOf(solved, tools);
  const selection = await selectMount(tree, mount.source, signal);
  return canonicalDigest(
    await selectionContent(selection, { keepOwners: true, signal }),
  );
}
