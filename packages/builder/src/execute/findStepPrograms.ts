import { findProgram } from './findProgram';
import type { StepPrograms } from './stepCommand';

/** The programs a step is started with; undefined when one of them is missing. */
export function findStepPrograms(): StepPrograms | undefined {
  const sh = findProgram('sh');
  const setpriv = findProgram('setpriv');
  const unshare = findProgram('unshare');
  const nsenter = findProgram('nsenter');
  const chroot = findProgram('chroot');
  const prlimit = findProgram('prlimit');
  return sh && setpriv && unshare && nsenter && chroot && prlimit
    ? { sh, setpriv, unshare, nsenter, chroot, prlimit }
    : undefined;
}
