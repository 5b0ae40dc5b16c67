import { posix } from 'node:path';
import type { RunMount } from '../../dockerfile/RunMount';
import { cleanPath } from '../../dockerfile/ignore/cleanPath';
import { SyntaxProblem } from '../../dockerfile/parser/statementError';
import { quote } from '../../dockerfile/text/redact';
import type { ExecMount, Vertex } from '../../graph/Operation';
import type { StageState } from '../StageState';
import { resolvePath } from './paths';
import { contextVertex } from './vertices';

/** What mounts add to a program. */
export interface PlannedMounts {
  readonly mounts: readonly ExecMount[];
  /** Vertices that the mounts point to, after those that are there already. */
  readonly inputs: readonly Vertex[];
  readonly env: readonly string[];
}

/**
 * Turns `--mount` options into mounts: defaults filled in, paths absolute.
 *
 * @param sources - one for each mount: what its `from` names
 * @param firstInput - index that the first input will have
 */
export function planMounts(
  state: StageState,
  wanted: readonly RunMount[],
  sources: readonly (Vertex | undefined)[],
  firstInput: number,
): PlannedMounts {
  const inputs: Vertex[] = [];
  const input = (vertex: Vertex): number => {
    const known = inputs.indexOf(vertex);
    return firstInput + (known < 0 ? inputs.push(vertex) - 1 : known);
  };
  const sockets: string[] = [];
  const mounts = wanted.map((mount, index): ExecMount => {
    const { mode, uid = 0, gid = 0 } = mount;
    switch (mount.type) {
      case 'secret':
        return secretMount(mount);
      case 'ssh': {
        const target =
          mount.target ?? `/run/buildkit/ssh_agent.${sockets.length}`;
        sockets.push(target);
        const { id = 'default', required } = mount;
        return {
          ...{ type: 'ssh', id, target, required, uid, gid },
          mode: mode ?? 0o600,
        };
      }
      case 'tmpfs': {
        const size = mount.size ? { size: mount.size } : {};
        return { type: 'tmpfs', target: targetOf(state, mount), ...size };
      }
      case 'cache': {
        const from = mount.from ? sources[index] : undefined;
        return {
          type: 'cache',
          target: targetOf(state, mount),
          id: mount.id || cleanPath(mount.target ?? ''),
          sharing: mount.sharing ?? 'shared',
          readonly: mount.readonly,
          ...{ uid, gid, mode: mode ?? 0o755 },
          source: cleanPath(`/${mount.source ?? ''}`),
          ...(from ? { input: input(from) } : {}),
        };
      }
      default: {
        const tree = sources[index] ?? contextVertex(state.scope, 'default');
        return {
          type: 'bind',
          target: targetOf(state, mount),
          input: input(tree),
          source: cleanPath(`/${mount.source ?? ''}`),
          writable: !mount.readonly,
        };
      }
    }
  });
  const hasSocket = state.environment.get('SSH_AUTH_SOCK') !== undefined;
  return {
    mounts,
    inputs,
    env: sockets.length && !hasSocket ? [`SSH_AUTH_SOCK=${sockets[0]}`] : [],
  };
}

function secretMount(mount: RunMount): ExecMount {
  const { env, required, uid = 0, gid = 0, mode = 0o400 } = mount;
  const id = mount.source || mount.id || posix.basename(mount.target ?? '');
  const target =
    mount.target ||
    (env === undefined ? `/run/secrets/${posix.basename(id)}` : undefined);
  return {
    ...{ type: 'secret', id, required, uid, gid, mode },
    ...(target ? { target: resolvePath('/', target) } : {}),
    ...(env === undefined ? {} : { env: env || id }),
  };
}

function targetOf(state: StageState, mount: RunMount): string {
  const target = resolvePath(state.directory, mount.target ?? '');
  if (target !== '/') return target;
  throw new SyntaxProblem(
    `a mount of type ${mount.type} needs a target that is not / (it is ${quote(
      mount.target ?? '',
    )})`,
  );
}
