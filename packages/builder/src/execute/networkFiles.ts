import type { Step, StepMount } from './Executor';

/** A host name as it may stand in `/etc/hosts`; anything else is left out. */
const hostName = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?$/;

/** Content of a step's `/etc/hosts`: the loopback, its own name, and what it was given. */
export function hostsFile(step: Step): string {
  const lines = [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
  ];
  if (hostName.test(step.hostname)) lines.push(`127.0.0.1\t${step.hostname}`);
  for (const { host, address } of step.extraHosts ?? []) {
    if (hostName.test(host) && /^[0-9a-fA-F:.]+$/.test(address)) {
      lines.push(`${address}\t${host}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A file of ours that everybody may read. */
export function fileMount(target: string, content: string): StepMount {
  const owner = { mode: 0o644, uid: 0, gid: 0 };
  return { type: 'file', target, content: Buffer.from(content), ...owner };
}
