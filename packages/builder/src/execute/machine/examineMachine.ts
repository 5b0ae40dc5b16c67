import { loopbackCommand } from '../../network/loopbackCommand';
import { findControllers } from '../cgroup/Controllers';
import { writableControllers } from '../cgroup/usableControllers';
import {
  insideSandbox,
  insideUserNamespace,
  mappedIds,
  sandboxCommand,
  sandboxIds,
} from '../enterSandbox';
import type { Finding } from '../Executor';
import { findStepPrograms } from '../findStepPrograms';
import { explainRefusal } from './explainRefusal';
import type { Machine } from './Machine';
import { probeSandbox, type SandboxProbe } from './probeSandbox';
import { runnablePlatforms } from './runnablePlatforms';

/**
 * Finds out what this machine can do for `RUN`, before anything is built: which
 * executors work, and in sentences what does not and what to install. Tries what
 * can only be tried; takes about as long as one small program. Changes nothing.
 *
 * @param scratch - folder in which steps will write
 */
export async function examineMachine(scratch: string): Promise<Machine> {
  if (process.platform !== 'linux') {
    return {
      findings: [
        finding(
          'linux',
          false,
          'RUN needs Linux: build in a virtual machine, or on a cluster',
        ),
      ],
      executors: [],
      platforms: [],
    };
  }
  const isRoot = process.getuid?.() === 0;
  const rootless = !isRoot || insideUserNamespace();
  const prefix = insideSandbox() ? [] : sandboxCommand(sandboxIds()) ?? [];
  const probe = await probeSandbox(prefix, scratch, rootless);
  const programs = findStepPrograms() !== undefined;
  const works = probe.namespaces && probe.proc && probe.overlay && programs;
  const executors: Machine['executors'][number][] = [];
  if (works) executors.push(rootless ? 'rootless' : 'local');
  if (isRoot) executors.push('chroot');
  const platforms = runnablePlatforms();
  return {
    executors,
    platforms,
    findings: [
      ...sandboxFindings(probe, programs, isRoot),
      ...(rootless ? [idFinding()] : []),
      networkFinding(probe),
      fullNetworkFinding(),
      limitsFinding(),
      finding(
        'platforms',
        true,
        `programs for ${platforms.join(
          ', ',
        )} can be run; others need qemu-user-static, registered with binfmt_misc (flag F)`,
      ),
      finding(
        'chroot',
        isRoot,
        isRoot
          ? 'RUN is possible without namespaces, weaker: a step sees the processes and the network of its container'
          : 'RUN without namespaces needs root',
      ),
    ],
  };
}

function sandboxFindings(
  probe: SandboxProbe,
  programs: boolean,
  isRoot: boolean,
): Finding[] {
  const why = probe.said === '' ? '' : ` (${probe.said})`;
  return [
    finding(
      'programs',
      programs,
      programs
        ? 'unshare, nsenter, setpriv, prlimit, mount, chroot and env are here'
        : 'RUN in a sandbox needs unshare, nsenter, setpriv, prlimit, chroot and env: install util-linux and coreutils',
    ),
    finding(
      'namespaces',
      probe.namespaces,
      probe.namespaces
        ? 'namespaces can be made'
        : `namespaces can not be made${why}: ${
            isRoot && insideSandbox()
              ? 'the kernel or the profile of this container refuses'
              : explainRefusal()
          }`,
    ),
    finding(
      'proc',
      probe.proc,
      probe.proc
        ? 'a step has a /proc of its own'
        : `no /proc can be mounted${why}: the container this runs in hides parts of its own; run with procMount "Unmasked", or use the executor "chroot"`,
    ),
    finding(
      'overlay',
      probe.overlay,
      probe.overlay
        ? 'overlays can be mounted'
        : `no overlay can be mounted in the cache folder${why}: put it on ext4, xfs or tmpfs (in a pod: on an emptyDir), and use Linux 5.11 or newer`,
    ),
  ];
}

function idFinding(): Finding {
  const all = insideUserNamespace()
    ? mappedIds() > 1
    : sandboxIds() === 'range';
  return finding(
    'ids',
    all,
    all
      ? 'a range of user ids is there for images with several users'
      : 'only one user id is there: packages that change owners, USER and --chown fail; install "uidmap" and add a line USER:100000:65536 to /etc/subuid and /etc/subgid',
  );
}

function networkFinding(probe: SandboxProbe): Finding {
  const loopback = loopbackCommand() !== undefined;
  const ok = probe.network && loopback;
  return finding(
    'network',
    ok,
    ok
      ? 'steps have a network of their own, with a proxy to the internet'
      : `steps can not have a network of their own: ${
          loopback
            ? 'the kernel refuses network namespaces'
            : 'install iproute2'
        }; only the network "host" is left`,
  );
}

function fullNetworkFinding(): Finding {
  return finding(
    'full-network',
    false,
    'this version has no network "full": use "proxy", or "host" where that is allowed',
  );
}

function limitsFinding(): Finding {
  const held = Object.keys(writableControllers(findControllers()));
  const missing = ['memory', 'pids', 'cpu'].filter(
    name => !held.includes(name),
  );
  return finding(
    'limits',
    missing.length === 0,
    missing.length === 0
      ? 'limits of memory, processes and CPU hold for a whole step'
      : `no control group for ${missing.join(
          ', ',
        )}: memory is limited for each process, processes for the user, CPU not at all; start with systemd-run --user --scope -p Delegate=yes`,
  );
}

function finding(code: string, ok: boolean, message: string): Finding {
  return { code, ok, message };
}
