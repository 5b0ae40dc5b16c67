import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ClusterPaths, cacheFolder } from '../paths.ts';
import { ensureDebianPackages } from '../programs/debianPackages.ts';
import type { DaemonSpec } from '../system/daemon.ts';
import { serviceNetwork } from './network.ts';

/** Where kube-router was looked for, and whether it is there. It is in no package registry, so it is an optional input. */
export function findKubeRouter(): { program?: string; why: string } {
  const given = process.env.BUILDOG_TEST_KUBE_ROUTER;
  if (given && !existsSync(given))
    throw new Error(`BUILDOG_TEST_KUBE_ROUTER: there is no file ${given}`);
  const program = given || join(cacheFolder(), 'kube-router', 'kube-router');
  if (existsSync(program)) return { program, why: `enforced by ${program}` };
  return {
    why: `not enforced: BUILDOG_TEST_KUBE_ROUTER is not set and there is no ${program}`,
  };
}

/** How the program that enforces NetworkPolicies is started, when there is one. */
export async function networkPolicyDaemon(
  paths: ClusterPaths,
  nodeName: string,
): Promise<DaemonSpec | undefined> {
  const { program } = findKubeRouter();
  if (program === undefined) return undefined;
  await ensureDebianPackages(['ipset'], 'kube-router');
  return {
    name: 'kube-router',
    after: 'kube-apiserver',
    command: [
      program,
      ...[
        '--run-firewall=true',
        '--run-router=false',
        '--run-service-proxy=false',
        '--run-loadbalancer=false',
      ],
      ...[
        `--kubeconfig=${paths.kubeconfig}`,
        `--hostname-override=${nodeName}`,
      ],
      ...[
        `--service-cluster-ip-range=${serviceNetwork}`,
        '--enable-ipv6=false',
        '--health-port=0',
        '--metrics-port=0',
      ],
      ...[
        '--iptables-sync-period=1m',
        '--cache-sync-timeout=1m',
        '--injected-routes-sync-period=1m',
      ],
    ],
    env: { NODE_NAME: nodeName },
  };
}
