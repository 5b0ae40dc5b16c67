import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { ClusterNetwork } from './node/network.ts';
import type { ClusterPaths } from './paths.ts';

/**
 * What stays the same when a cluster goes down and up again: its addresses and
 * its passwords, so that what was written down elsewhere keeps its meaning.
 */
export type ClusterIdentity = {
  network?: ClusterNetwork;
  passwords: Record<PasswordName, string>;
  /** Ports of this machine's loopback that pods reach under the node's address. */
  forwards: number[];
};

export type PasswordName =
  | 'plain'
  | 'tls'
  | 'tokenPusher'
  | 'tokenTeamA'
  | 'tokenReader'
  | 'git';
const passwordNames: readonly PasswordName[] = [
  'plain',
  'tls',
  'tokenPusher',
  'tokenTeamA',
  'tokenReader',
  'git',
];

/** The port of the Backstage backend. */
const backendPort = 7007;

/** Reads the identity, or makes one with random passwords; adds `forwards` to those it has. */
export async function loadIdentity(
  paths: ClusterPaths,
  forwards: readonly number[] = [],
): Promise<ClusterIdentity> {
  const stored = await readIdentity(paths);
  const passwords = Object.fromEntries(
    passwordNames.map(name => [name, stored?.passwords[name] ?? newPassword()]),
  ) as ClusterIdentity['passwords'];
  const identity: ClusterIdentity = {
    network: stored?.network,
    passwords,
    forwards: [
      ...new Set([backendPort, ...(stored?.forwards ?? []), ...forwards]),
    ],
  };
  await saveIdentity(paths, identity);
  return identity;
}

/** Random, with a word in it that a probe for leaked credentials can look for. */
function newPassword(): string {
  return `canary-${randomBytes(16).toString('hex')}`;
}

/** The stored identity, when there is one. */
export async function readIdentity(
  paths: ClusterPaths,
): Promise<ClusterIdentity | undefined> {
  try {
    return JSON.parse(
      await readFile(paths.identity, 'utf8'),
    ) as ClusterIdentity;
  } catch {
    return undefined;
  }
}

/** Writes the identity; only its owner may read it. */
export async function saveIdentity(
  paths: ClusterPaths,
  identity: ClusterIdentity,
): Promise<void> {
  await mkdir(paths.root, { recursive: true });
  await writeFile(
    paths.identity,
    `${JSON.stringify(identity, undefined, 2)}\n`,
    { mode: 0o600 },
  );
}
