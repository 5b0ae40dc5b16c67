/**
 * The two lines of executors that are in use. The official one was archived
 * in 2025 at v1.24.0; the maintained fork goes on.
 */
export const KANIKO_GENERATIONS = ['osscontainertools', 'official'] as const;

/** A line of executors. */
export type KanikoGeneration = (typeof KANIKO_GENERATIONS)[number];

/**
 * Flags that belong to the controller: they decide what is built, from where,
 * where it goes and which files of the container are touched. No setting may
 * bring them in.
 */
export const CONTROLLER_FLAGS: ReadonlySet<string> = new Set([
  'annotation',
  'bucket',
  'build-arg',
  'cache',
  'cache-dir',
  'cache-repo',
  'cleanup',
  'context',
  'context-sub-path',
  'custom-platform',
  'destination',
  'digest-file',
  'dockerfile',
  'dryrun',
  'force',
  'git',
  'help',
  'ignore-path',
  'image-format',
  'image-name-tag-with-digest-file',
  'image-name-with-digest-file',
  'kaniko-dir',
  'label',
  'log-format',
  'log-timestamp',
  'no-push',
  'oci-layout-path',
  'pre-cleanup',
  'preserve-context',
  'reproducible',
  'secret',
  'tar-path',
  'target',
]);

/** Flags that a setting of its own decides, and which. */
export const SETTING_OF_FLAG: Readonly<Record<string, string>> = {
  compression: 'compression',
  'compression-level': 'compressionLevel',
  'credential-helpers': 'credentialHelpers',
  'image-download-retry': 'retries',
  'image-fs-extract-retry': 'retries',
  'insecure-registry': 'insecureRegistries',
  'registry-certificate': 'registryCertificates',
  'registry-map': 'registryMap',
  'registry-mirror': 'registryMirrors',
  'single-snapshot': 'singleSnapshot',
  'skip-default-registry-fallback': 'mirrorsOnly',
  'skip-tls-verify-registry': 'skipTlsVerifyRegistries',
  'snapshot-mode': 'snapshotMode',
  verbosity: 'verbosity',
};

/** What only the maintained fork knows; the official executor stops at it. */
const FORK_ONLY = [
  'annotation',
  'credential-helpers',
  'dryrun',
  'image-format',
  'materialize',
  'pre-cleanup',
  'preserve-context',
  'secret',
];

/** What both generations know beyond the flags above. */
const COMMON = [
  'cache-copy-layers',
  'cache-run-layers',
  'cache-ttl',
  'compressed-caching',
  'force-build-metadata',
  'ignore-var-run',
  'insecure',
  'insecure-pull',
  'no-push-cache',
  'push-ignore-immutable-tag-errors',
  'push-retry',
  'registry-client-cert',
  'skip-push-permission-check',
  'skip-tls-verify',
  'skip-tls-verify-pull',
  'skip-unused-stages',
  'use-new-run',
];

/**
 * Every flag that an executor of this generation accepts. An unknown one
 * aborts it before it has done anything.
 */
export function knownFlags(generation: KanikoGeneration): ReadonlySet<string> {
  const all = new Set([
    ...CONTROLLER_FLAGS,
    ...Object.keys(SETTING_OF_FLAG),
    ...FORK_ONLY,
    ...COMMON,
  ]);
  if (generation === 'official') FORK_ONLY.forEach(flag => all.delete(flag));
  return all;
}
