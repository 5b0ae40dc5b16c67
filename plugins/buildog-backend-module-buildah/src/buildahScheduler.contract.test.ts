import { describeBuildSchedulerContract } from '@buildog/plugin-buildog-node/testing';
import { buildahScheduler } from './buildahScheduler';

describeBuildSchedulerContract({
  scheduler: buildahScheduler,
  commands: ['buildah'],
  settings: {
    'an image only': { image: 'r.example/buildah:1.28' },
    'every key': {
      image: `registry.example.com:5000/b/buildah@sha256:${'0'.repeat(64)}`,
      storageDriver: 'overlay',
      layers: true,
      squash: true,
      compression: 'none',
      retries: 5,
      shortNameRegistries: [],
      seccompLocalhostProfile: 'profiles/buildog-buildah.json',
      logLevel: 'debug',
      extraFlags: ['--ulimit=nofile=1024:1024'],
      insecureRegistries: ['r.example:5000'],
      skipTlsVerifyRegistries: ['s.example'],
      registryMirrors: ['mirror.example/hub'],
      registryMap: { 'quay.io': ['q.example/x', 'p.example'] },
      mirrorsOnly: true,
      registryCertificates: {
        's.example':
          '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----',
      },
      proxy: { https: 'http://proxy.example:3128', noProxy: ['.example'] },
      extraCapabilities: ['NET_BIND_SERVICE'],
    },
  },
});
