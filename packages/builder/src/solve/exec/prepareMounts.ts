import { buffer } from 'node:stream/consumers';
import { BuilderError } from '../../errors/BuilderError';
import type { StepMount } from '../../execute/Executor';
import type { ExecMount, ExecOperation } from '../../graph/Operation';
import { treeOf } from '../chainOf';
import type { Work } from '../Work';
import type { UnpackedChain } from '../../layers/LayerStore';
import { cleanPath } from '../copy/paths';
import { placeAsFolder } from './placeAsFolder';
import { selectMount } from './selectMount';

/** Mounts as the executor takes them, and what is held for them. */
export interface PreparedMounts {
  readonly mounts: readonly StepMount[];
  /** `NAME=value` of secrets and agents. */
  readonly env: readonly string[];
  release(): Promise<void>;
}

const MAX_FILE_BYTES = 256 * 1024 ** 2;

type MountOf<T extends ExecMount['type']> = Extract<ExecMount, { type: T }>;

/**
 * Makes a step's mounts: unpacks what binds show, takes caches (in the order of
 * their names, so that two steps never wait for each other), reads secrets.
 *
 * @throws {@link BuilderError} `validation` for a secret or agent that is
 * required and was not given
 */
export async function prepareMounts(
  work: Work<ExecOperation>,
): Promise<PreparedMounts> {
  const { mounts } = work.operation;
  const held: (() => Promise<void>)[] = [];
  const release = async () => {
    for (const undo of held.splice(0).reverse()) await undo();
  };
  const ready = new Map<ExecMount, StepMount | undefined>();
  const env: string[] = [];
  const hold = (undo: () => Promise<void>) => held.push(undo);
  const caches = mounts
    .filter((mount): mount is MountOf<'cache'> => mount.type === 'cache')
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  try {
    for (const mount of caches) {
      ready.set(mount, await cacheMount(work, mount, hold));
    }
    for (const mount of mounts) {
      if (mount.type === 'bind') {
        ready.set(mount, await bindMount(work, mount, hold));
      } else if (mount.type === 'tmpfs') ready.set(mount, mount);
      else if (mount.type === 'secret') {
        ready.set(mount, await secretMount(work, mount, env));
      } else if (mount.type === 'ssh') {
        ready.set(mount, sshMount(work, mount, env));
      }
    }
  } catch (error) {
    await release();
    throw error;
  }
  return {
    mounts: mounts.flatMap(mount => ready.get(mount) ?? []),
    env,
    release,
  };
}

async function bindMount(
  work: Work<ExecOperation>,
  mount: MountOf<'bind'>,
  hold: (undo: () => Promise<void>) => void,
): Promise<StepMount> {
  const { inputs, tools, signal } = work;
  const solved = inputs[mount.input];
  const { target, source, writable } = mount;
  const show = (unpacked: UnpackedChain): StepMount => {
    hold(() => unpacked.release());
    const access = writable ? 'discardWrites' : 'readOnly';
    const [folder] = unpacked.directories;
    return { type: 'directory', source: folder, target, access };
  };
  if (solved.kind === 'filesystem' && cleanPath(source) === '') {
    const { chain } = solved;
    return show(await tools.layers.unpack(chain, { flat: true, signal }));
  }
  const tree = await treeOf(solved, tools);
  const selection = await selectMount(tree, source, signal);
  const { root } = selection;
  if (root.type === 'directory') {
    return show(await placeAsFolder(work, selection));
  }
  if (root.size > MAX_FILE_BYTES) {
    throw new BuilderError(
      'unsupported',
      `${source} has ${root.size} bytes; a single file of more than ${MAX_FILE_BYTES} can not be mounted: mount its folder instead`,
    );
  }
  const content = await buffer(await tree.open(root));
  const { mode, uid, gid } = root;
  return { type: 'file', content, target, mode, uid, gid };
}

async function cacheMount(
  work: Work<ExecOperation>,
  mount: MountOf<'cache'>,
  hold: (undo: () => Promise<void>) => void,
): Promise<StepMount> {
  const { inputs, tools, signal } = work;
  const { input, source, target, readonly } = mount;
  const taken = await tools.cacheMounts.take(mount, {
    signal,
    fill:
      input === undefined
        ? undefined
        : async () => {
            const tree = await treeOf(inputs[input], tools);
            return selectMount(tree, source, signal);
          },
  });
  hold(() => taken.release());
  return {
    type: 'directory',
    source: taken.path,
    target,
    access: readonly ? 'readOnly' : 'readWrite',
  };
}

async function secretMount(
  { tools }: Work<ExecOperation>,
  mount: MountOf<'secret'>,
  env: string[],
): Promise<StepMount | undefined> {
  const { id, target, required, mode, uid, gid } = mount;
  const content = await tools.secret(id);
  if (content === undefined) {
    if (!required) return undefined;
    throw new BuilderError(
      'validation',
      `the step needs the secret ${JSON.stringify(
        id,
      )}, which was not given: add --secret id=${id},src=FILE or env=NAME`,
    );
  }
  if (mount.env !== undefined) {
    env.push(`${mount.env}=${Buffer.from(content).toString()}`);
  }
  return target === undefined
    ? undefined
    : { type: 'file', content, target, mode, uid, gid };
}

function sshMount(
  { tools, operation }: Work<ExecOperation>,
  mount: MountOf<'ssh'>,
  env: string[],
): StepMount | undefined {
  const { id, target, required, mode, uid, gid } = mount;
  const source = tools.sshAgent(id);
  if (source === undefined) {
    if (!required) return undefined;
    throw new BuilderError(
      'validation',
      `the step needs the ssh agent ${JSON.stringify(
        id,
      )}, which was not given: add --ssh ${id}=SOCKET`,
    );
  }
  const isSet = [...operation.env, ...env].some(variable =>
    variable.startsWith('SSH_AUTH_SOCK='),
  );
  if (!isSet) env.push(`SSH_AUTH_SOCK=${target}`);
  return { type: 'socket', source, target, mode, uid, gid };
}
