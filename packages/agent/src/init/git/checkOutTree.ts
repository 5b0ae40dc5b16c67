import { AgentError, printable } from '../../program';
import type { TreeEntry } from './listTree';
import type { Repository } from './Repository';

/**
 * Writes exactly the listed files and links of a commit into a directory.
 * No hook, filter or attribute of the machine takes part; what the commit's
 * own `.gitattributes` say about line ends and encodings is done, as every
 * checkout does it.
 *
 * @throws AgentError `VolumeFull` or `GitObjectsInvalid`
 */
export async function checkOutTree(
  repository: Repository,
  revision: string,
  entries: readonly TreeEntry[],
  workTree: string,
): Promise<void> {
  await run(repository, { args: ['read-tree', revision] });
  const paths = entries
    .filter(({ kind }) => kind !== 'submodule')
    .map(({ path }) => `${path}\0`)
    .join('');
  await run(repository, {
    args: ['checkout-index', '--quiet', '-z', '--stdin'],
    input: Buffer.from(paths, 'latin1'),
    workTree,
  });
}

async function run(
  repository: Repository,
  call: Parameters<Repository['git']>[0],
): Promise<void> {
  const { code, stderr } = await repository.git(call);
  if (code === 0) return;
  if (/No space left on device/i.test(stderr)) {
    throw new AgentError('VolumeFull', 'No space is left for the source.');
  }
  throw new AgentError(
    'GitObjectsInvalid',
    `The commit cannot be checked out: ${printable(
      stderr.split('\n').at(-1) ?? '',
    )}`,
  );
}
