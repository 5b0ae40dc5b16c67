import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { withFileLock } from '../system/fileLock.ts';
import { run, succeeds } from '../system/run.ts';

/** How this machine and a cluster's network namespace reach each other. */
export type ClusterNetwork = {
  netns: string;
  hostInterface: string;
  /** This machine's end of the pair; pods and node can't open connections to it. */
  hostAddress: string;
  /** The node's end: API server, registries and git server listen here. */
  nodeAddress: string;
};

/** Addresses inside the namespace, the same in each cluster: nothing routes between them. */
export const podNetwork = '198.19.0.0/17';
export const serviceNetwork = '198.19.128.0/20';
export const apiServiceAddress = '198.19.128.1';
/** Pods are told to ask here for names; nobody answers, since everything has an address. */
export const nameServiceAddress = '198.19.128.10';
/** The bridge that pods are connected to. */
export const podInterface = 'pods0';
const nodeInterface = 'node0';
const apiServerPort = 6443;

/*
 * 198.18.0.0/15 is set aside for tests between networks (RFC 2544), so it is
 * neither somebody's office network nor a container engine's default. Each
 * cluster gets four addresses of the lower half.
 */
const subnets = 65536 / 4;

/** The network that `id` had, or the first free one from a place that depends on `id` only. */
export async function createNetwork(
  id: string,
  previous?: ClusterNetwork,
): Promise<ClusterNetwork> {
  return withFileLock('/run/lock/buildog-network.lock', async () => {
    const addresses = await usedAddresses();
    const candidate =
      previous && !addresses.has(previous.hostAddress)
        ? previous
        : findFree(id, addresses);
    await create(candidate);
    return candidate;
  });
}

/** Removes the interfaces, rules and addresses of cluster `id`. Does nothing when they are gone. */
export async function destroyNetwork(id: string): Promise<void> {
  const { netns, hostInterface } = networkNames(id);
  if (existsSync(`/sys/class/net/${hostInterface}`)) {
    await succeeds('ip', ['link', 'delete', hostInterface]);
  }
  if (existsSync(`/run/netns/${netns}`)) {
    await run('ip', ['netns', 'delete', netns]);
  }
}

/** Both depend on `id` only, so that they are found again whatever else is lost. */
function networkNames(
  id: string,
): Pick<ClusterNetwork, 'netns' | 'hostInterface'> {
  const hash = createHash('sha256').update(id).digest('hex');
  return { netns: `buildog-${id}`, hostInterface: `bd-${hash.slice(0, 8)}` };
}

async function usedAddresses(): Promise<Set<string>> {
  const interfaces = JSON.parse(
    await run('ip', ['-json', '-4', 'address', 'show']),
  ) as {
    addr_info: { local: string }[];
  }[];
  return new Set(
    interfaces.flatMap(entry => entry.addr_info.map(address => address.local)),
  );
}

function findFree(id: string, used: Set<string>): ClusterNetwork {
  const hash = createHash('sha256').update(id).digest();
  const first = hash.readUInt32BE(0) % subnets;
  for (let i = 0; i < subnets; i++) {
    const offset = ((first + i) % subnets) * 4;
    const address = (last: number) =>
      `198.18.${(offset + last) >> 8}.${(offset + last) & 255}`;
    if (!used.has(address(1))) {
      return {
        ...networkNames(id),
        hostAddress: address(1),
        nodeAddress: address(2),
      };
    }
  }
  throw new Error(
    'all addresses of 198.18.0.0/16 are in use on this machine: stop a cluster',
  );
}

async function create(network: ClusterNetwork): Promise<void> {
  const { netns, hostInterface, hostAddress, nodeAddress } = network;
  const ip = (...args: string[]) => run('ip', args);
  // Parts of the kernel on some machines, modules on others, and loaded already on most.
  for (const module of ['overlay', 'veth', 'bridge', 'br_netfilter']) {
    await succeeds('modprobe', ['--quiet', module]);
  }
  await ip('netns', 'add', netns);
  const inside = (...command: string[]) =>
    run('nsenter', [`--net=/run/netns/${netns}`, ...command]);
  await ip(
    'link',
    'add',
    hostInterface,
    'type',
    'veth',
    'peer',
    'name',
    nodeInterface,
    'netns',
    netns,
  );
  await ip('address', 'add', `${hostAddress}/30`, 'dev', hostInterface);
  await ip('link', 'set', hostInterface, 'up');
  await inside(
    'ip',
    'address',
    'add',
    `${nodeAddress}/30`,
    'dev',
    nodeInterface,
  );
  await inside('ip', 'link', 'set', nodeInterface, 'up');
  await inside('ip', 'link', 'set', 'lo', 'up');
  // A connection from the node itself to a service address needs some route before it is rewritten below.
  await inside('ip', 'route', 'add', serviceNetwork, 'dev', 'lo');
  for (const setting of [
    'net.ipv4.ip_forward=1',
    'net.ipv4.conf.all.rp_filter=0',
    'net.ipv6.conf.all.disable_ipv6=1',
  ]) {
    await inside('sysctl', '--quiet', '--write', setting);
  }
  // Missing where br_netfilter is not loaded; then only NetworkPolicy between pods needs it.
  await succeeds('nsenter', [
    ...[
      `--net=/run/netns/${netns}`,
      'sysctl',
      '--quiet',
      '--write',
      'net.bridge.bridge-nf-call-iptables=1',
    ],
  ]);
  await restrict(network);
}

/**
 * The rules of the namespace: only this machine itself may come in over the pair
 * (not what it might forward), nobody inside may open a connection outwards or to
 * a service that nobody serves, and the service address of the API server leads
 * to the API server, so that in-cluster configuration works without kube-proxy.
 *
 * A table of its own, because in nftables another table's "accept" (that of an
 * enforcer of NetworkPolicies) does not override these.
 */
async function restrict({
  netns,
  hostAddress,
  nodeAddress,
}: ClusterNetwork): Promise<void> {
  const api = `ip daddr ${apiServiceAddress} tcp dport 443 dnat to ${nodeAddress}:${apiServerPort}`;
  const rules = `table ip buildog {
  chain from-host {
    type filter hook prerouting priority -300; policy accept;
    iifname "${nodeInterface}" ip saddr != ${hostAddress} drop
  }
  chain pods {
    type filter hook forward priority -10; policy accept;
    oifname "${nodeInterface}" reject
    ip daddr ${serviceNetwork} reject
  }
  chain node {
    type filter hook output priority -10; policy accept;
    oifname "${nodeInterface}" ct state new reject
    ip daddr ${serviceNetwork} reject
  }
  chain api-of-pods {
    type nat hook prerouting priority -100; policy accept;
    ${api}
  }
  chain api-of-node {
    type nat hook output priority -100; policy accept;
    ${api}
  }
}
`;
  await run('nsenter', [`--net=/run/netns/${netns}`, 'nft', '--file', '-'], {
    input: rules,
  });
}
