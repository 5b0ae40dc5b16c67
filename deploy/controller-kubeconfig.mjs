#!/usr/bin/env node
/*
 * Prints a kubeconfig for one of the chart's service accounts, so that a
 * Backstage backend outside the cluster (a laptop, a test) runs with exactly
 * the controller's rights.
 *
 *   node deploy/controller-kubeconfig.mjs > controller.kubeconfig
 *
 *   --kubeconfig FILE       of an administrator; default: what kubectl uses
 *   --namespace NAME        of the service account; default: backstage
 *   --service-account NAME  default: buildog-controller
 *   --build-namespace NAME  the context's namespace; default: buildog-builds
 *   --duration TIME         of the token; default: 24h (the API server may give less)
 *
 * Needs kubectl on the PATH. The output holds a token: keep it like a password.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    namespace: { type: 'string', default: 'backstage' },
    'service-account': { type: 'string', default: 'buildog-controller' },
    'build-namespace': { type: 'string', default: 'buildog-builds' },
    duration: { type: 'string', default: '24h' },
  },
});

function kubectl(...args) {
  const admin = values.kubeconfig ? [`--kubeconfig=${values.kubeconfig}`] : [];
  return execFileSync('kubectl', [...admin, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

try {
  const config = JSON.parse(
    kubectl('config', 'view', '--raw', '--minify', '--flatten', '-o', 'json'),
  );
  const token = kubectl(
    'create',
    'token',
    values['service-account'],
    `--namespace=${values.namespace}`,
    `--duration=${values.duration}`,
  ).trim();
  const name = values['service-account'];
  process.stdout.write(
    `${JSON.stringify(
      {
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'cluster', cluster: config.clusters[0].cluster }],
        users: [{ name, user: { token } }],
        contexts: [
          {
            name,
            context: {
              cluster: 'cluster',
              user: name,
              namespace: values['build-namespace'],
            },
          },
        ],
        'current-context': name,
      },
      undefined,
      2,
    )}\n`,
  );
} catch (error) {
  process.stderr.write(
    `controller-kubeconfig: ${
      error.message.split('\n')[0]
    }; is the chart installed, and may you create tokens there?\n`,
  );
  process.exitCode = 1;
}
