/**
 * The capabilities that container engines leave to a program by default: enough
 * for package managers, not enough to change mounts, networks or the kernel.
 */
export const defaultCapabilities: readonly string[] = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'net_bind_service',
  'net_raw',
  'sys_chroot',
  'mknod',
  'audit_write',
  'setfcap',
];
