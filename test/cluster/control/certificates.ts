import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiServiceAddress } from '../node/network.ts';
import { run } from '../system/run.ts';

type KeyKind = 'ec' | 'rsa';
type Certificate = {
  file: string;
  subject: string;
  usage: 'serverAuth' | 'clientAuth';
  names?: string[];
};

/**
 * Makes all keys and certificates of a cluster in `folder` with openssl: the
 * cluster's own authority, the front proxy's, and a third one for registries and
 * git, because a client that trusts the cluster must not trust those by accident.
 * Does nothing when they were made for this node address before.
 */
export async function ensureCertificates(
  folder: string,
  nodeName: string,
  nodeAddress: string,
): Promise<void> {
  const madeFor = join(folder, 'made-for');
  if (
    (await readFile(madeFor, 'utf8').catch(() => '')) ===
    `${nodeName} ${nodeAddress}`
  )
    return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Without a configuration of our own openssl adds the extensions of an authority.
  await writeFile(
    join(folder, 'openssl.cnf'),
    '[req]\ndistinguished_name=dn\n[dn]\n',
  );
  const node = [`IP:${nodeAddress}`, 'IP:127.0.0.1'];
  const apiNames = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  await Promise.all([
    makeAuthority(folder, 'cluster-ca', 'ec', [
      {
        file: 'apiserver',
        subject: '/CN=kube-apiserver',
        usage: 'serverAuth',
        names: [
          ...node,
          `IP:${apiServiceAddress}`,
          ...apiNames.map(name => `DNS:${name}`),
        ],
      },
      {
        file: 'kubelet-server',
        subject: `/CN=${nodeName}`,
        usage: 'serverAuth',
        names: [...node, `DNS:${nodeName}`],
      },
      {
        file: 'apiserver-kubelet-client',
        subject: '/O=system:masters/CN=kube-apiserver-kubelet-client',
        usage: 'clientAuth',
      },
      {
        file: 'admin',
        subject: '/O=system:masters/CN=admin',
        usage: 'clientAuth',
      },
      {
        file: 'kube-controller-manager',
        subject: '/CN=system:kube-controller-manager',
        usage: 'clientAuth',
      },
      {
        file: 'kube-scheduler',
        subject: '/CN=system:kube-scheduler',
        usage: 'clientAuth',
      },
      {
        file: 'kubelet',
        subject: `/O=system:nodes/CN=system:node:${nodeName}`,
        usage: 'clientAuth',
      },
    ]),
    makeAuthority(folder, 'front-proxy-ca', 'ec', [
      {
        file: 'front-proxy-client',
        subject: '/CN=front-proxy-client',
        usage: 'clientAuth',
      },
    ]),
    // RSA, because the TLS of Debian's static busybox in test images knows no other keys.
    makeAuthority(folder, 'services-ca', 'rsa', [
      {
        file: 'services',
        subject: '/CN=buildog test services',
        usage: 'serverAuth',
        names: node,
      },
    ]),
    makeKeyPair(folder, 'service-account', 'RSA'),
    makeKeyPair(folder, 'registry-token', 'EC'),
    run('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'git',
      '-f',
      join(folder, 'ssh-host-key'),
    ]),
    run('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'user',
      '-f',
      join(folder, 'ssh-user-key'),
    ]),
  ]);
  await writeFile(madeFor, `${nodeName} ${nodeAddress}`);
}

/** True when the certificates are there. */
export function hasCertificates(folder: string): boolean {
  return existsSync(join(folder, 'made-for'));
}

async function makeAuthority(
  folder: string,
  name: string,
  kind: KeyKind,
  certificates: Certificate[],
): Promise<void> {
  await request(folder, name, kind, `/CN=buildog test ${name}`, [
    'basicConstraints=critical,CA:TRUE',
    'keyUsage=critical,keyCertSign,cRLSign,digitalSignature',
    'subjectKeyIdentifier=hash',
  ]);
  for (const { file, subject, usage, names } of certificates) {
    const extensions = [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature,keyEncipherment',
      `extendedKeyUsage=${usage}`,
      'subjectKeyIdentifier=hash',
      'authorityKeyIdentifier=keyid',
      ...(names ? [`subjectAltName=${names.join(',')}`] : []),
    ];
    await request(folder, file, kind, subject, extensions, [
      ...[
        '-CA',
        join(folder, `${name}.crt`),
        '-CAkey',
        join(folder, `${name}.key`),
      ],
    ]);
  }
}

async function request(
  folder: string,
  file: string,
  kind: KeyKind,
  subject: string,
  extensions: string[],
  signer: string[] = [],
): Promise<void> {
  await run('openssl', [
    ...[
      'req',
      '-new',
      '-x509',
      '-config',
      join(folder, 'openssl.cnf'),
      '-sha256',
      '-days',
      '3650',
      '-nodes',
    ],
    ...(kind === 'rsa'
      ? ['-newkey', 'rsa:2048']
      : ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']),
    ...[
      '-subj',
      subject,
      '-keyout',
      join(folder, `${file}.key`),
      '-out',
      join(folder, `${file}.crt`),
    ],
    ...extensions.flatMap(extension => ['-addext', extension]),
    ...signer,
  ]);
}

async function makeKeyPair(
  folder: string,
  name: string,
  algorithm: 'RSA' | 'EC',
): Promise<void> {
  const key = join(folder, `${name}.key`);
  const option =
    algorithm === 'RSA' ? 'rsa_keygen_bits:2048' : 'ec_paramgen_curve:P-256';
  await run('openssl', [
    'genpkey',
    '-algorithm',
    algorithm,
    '-pkeyopt',
    option,
    '-out',
    key,
  ]);
  await run('openssl', [
    'pkey',
    '-in',
    key,
    '-pubout',
    '-out',
    join(folder, `${name}.pub`),
  ]);
}
