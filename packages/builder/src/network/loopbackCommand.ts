import { findProgram } from '../execute/findProgram';

/** `SIOCSIFFLAGS` with `IFF_UP` on `lo`: what `ip link set lo up` does. */
const perlScript =
  'socket(my $s, 2, 2, 0) && ioctl($s, 0x8914, pack("a16s", "lo", 1)) or die $!';

/**
 * Program and arguments that bring the loopback interface of the network
 * namespace they run in up; undefined when this machine has none.
 */
export function loopbackCommand(): string[] | undefined {
  const up = ['link', 'set', 'lo', 'up'];
  const ip = findProgram('ip');
  if (ip) return [ip, ...up];
  const busybox = findProgram('busybox');
  if (busybox) return [busybox, 'ip', ...up];
  const perl = findProgram('perl');
  return perl ? [perl, '-e', perlScript] : undefined;
}
