import type { AttemptRef, PreparedJob } from '@buildog/plugin-buildog-node';

const MEBIBYTE = 1024 * 1024;

/** A job whose build container runs a script, with canaries in its secrets. */
export function shellJob(
  attempt: AttemptRef,
  script: string,
  image: string,
): PreparedJob {
  return {
    attempt,
    platform: { os: 'linux', architecture: 'amd64' },
    init: {
      input: { say: 'fetched', canary: 'canary-of-init-input' },
      credentials: { 'source.json': '{"password":"canary-of-init"}' },
    },
    build: {
      containers: [
        {
          name: 'build',
          image,
          command: ['sh', '-c', script],
          args: [],
          env: {},
          security: {
            runAsUser: 0,
            runAsNonRoot: false,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: false,
            addCapabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
            seccomp: 'RuntimeDefault',
          },
          emptyDirs: [],
        },
      ],
      output: { type: 'OciLayout', path: '/buildog/output/image' },
      needs: { podSecurity: 'baseline', userNamespaces: 'supported' },
    },
    publish: {
      input: { canary: 'canary-of-publish-input' },
      credentials: { 'docker-config.json': '{"auth":"canary-of-publish"}' },
    },
    deadlineSeconds: 300,
    resources: {
      memoryBytes: 64 * MEBIBYTE,
      ephemeralStorageBytes: 64 * MEBIBYTE,
      cpuRequestMillis: 10,
    },
    labels: { 'buildog.dev/entity': 'component:default/example' },
    annotations: { 'buildog.dev/entity-ref': 'component:default/example' },
  };
}
