import { describeBuildSchedulerContract } from '@buildog/plugin-buildog-node/testing';
import { kanikoScheduler } from './kanikoScheduler';

describeBuildSchedulerContract({
  scheduler: kanikoScheduler,
  commands: ['/kaniko/executor'],
  settings: {
    'none at all': {},
    'the official executor': { generation: 'official' },
    'every key': {
      image: `registry.example.com:5000/b/kaniko:v1@sha256:${'0'.repeat(64)}`,
      generation: 'osscontainertools',
      verbosity: 'debug',
      snapshotMode: 'redo',
      singleSnapshot: true,
      compression: 'zstd',
      compressionLevel: 3,
      retries: 5,
      credentialHelpers: ['ecr'],
      features: { FF_KANIKO_RUN_VIA_TINI: false },
      extraFlags: ['--cache-ttl=6h', '--use-new-run'],
      insecureRegistries: ['r.example:5000'],
      skipTlsVerifyRegistries: ['s.example'],
      registryMirrors: ['mirror.example/hub'],
      registryMap: { 'docker.io': ['m.example'], 'quay.io': ['q.example/x'] },
      mirrorsOnly: true,
      registryCertificates: {
        's.example':
          '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----',
      },
      proxy: { http: 'http://proxy.example:3128', noProxy: ['.example'] },
      extraCapabilities: ['MKNOD'],
    },
  },
});
