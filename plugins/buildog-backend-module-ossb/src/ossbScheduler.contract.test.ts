import { describeBuildSchedulerContract } from '@buildog/plugin-buildog-node/testing';
import { ossbScheduler } from './ossbScheduler';

describeBuildSchedulerContract({
  scheduler: ossbScheduler,
  commands: ['ossb'],
  settings: {
    'an image only': { image: 'r.example/ossb:1' },
    'every key': {
      image: `registry.example.com:5000/b/ossb@sha256:${'0'.repeat(64)}`,
      isolation: 'namespaces',
      seccompLocalhostProfile: 'profiles/buildog-buildah.json',
      network: 'none',
      allowedAddresses: ['mirror.example', '10.0.0.0/8'],
      compression: 'zstd',
      insecureRegistries: ['r.example:5000'],
      registryMirrors: ['mirror.example/hub'],
      registryMap: { 'quay.io': ['q.example/x', 'p.example'] },
      registryCertificates: {
        's.example':
          '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----',
      },
      proxy: { https: 'http://proxy.example:3128', noProxy: ['.example'] },
      extraCapabilities: ['NET_BIND_SERVICE'],
    },
  },
});
