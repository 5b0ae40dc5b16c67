import { readFileSync } from 'node:fs';

/** Why user namespaces may be refused, and what to change: the first reason that this machine shows. */
export function explainRefusal(
  read: (file: string) => string = readText,
): string {
  if (read('/proc/sys/kernel/unprivileged_userns_clone') === '0') {
    return 'set the sysctl kernel.unprivileged_userns_clone to 1';
  }
  if (read('/proc/sys/user/max_user_namespaces') === '0') {
    return 'set the sysctl user.max_user_namespaces to a number above 0';
  }
  if (read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return 'set the sysctl kernel.apparmor_restrict_unprivileged_userns to 0, or give /usr/bin/unshare an AppArmor profile with "userns,"';
  }
  if (/^Seccomp:\s+2/m.test(read('/proc/self/status'))) {
    return 'the seccomp profile of this container refuses them: leave it unset for this one container, or use one that allows unshare and mount';
  }
  return 'the kernel refuses them: build it with CONFIG_USER_NS, or run as root';
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
