import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a kubeconfig with all certificates inside, for the user whose client certificate is `user` in `pki`. */
export async function writeKubeconfig(
  file: string,
  pki: string,
  user: string,
  server: string,
): Promise<void> {
  const base64 = async (name: string) =>
    (await readFile(join(pki, name))).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: {
          server,
          'certificate-authority-data': await base64('cluster-ca.crt'),
        },
      },
    ],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': await base64(`${user}.crt`),
          'client-key-data': await base64(`${user}.key`),
        },
      },
    ],
    contexts: [{ name: 'test', context: { cluster: 'test', user } }],
    'current-context': 'test',
  };
  await writeFile(file, `${JSON.stringify(config, undefined, 2)}\n`, {
    mode: 0o600,
  }); // JSON is YAML too
}
