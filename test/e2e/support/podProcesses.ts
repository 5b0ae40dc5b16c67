import { readdirSync, readFileSync } from 'node:fs';

/**
 * Processes of this machine that run in a pod's control group, by their
 * command lines: what the kernel knows, whatever Kubernetes says.
 */
export function podProcesses(podUid: string): string[] {
  // The kubelet writes the uid with dashes or, with systemd, underscores.
  const names = [podUid, podUid.replaceAll('-', '_')];
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
      if (!names.some(name => groups.includes(name))) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      found.push(command.replaceAll('\0', ' ').trim());
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}
