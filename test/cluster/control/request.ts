import { readFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';

/** What a server answered. */
export type Answer = { status: number; body: string };

/** One request to the API server as the cluster's administrator. */
export async function apiRequest(
  pki: string,
  server: string,
  path: string,
  method = 'GET',
  body?: object,
): Promise<Answer> {
  const [ca, cert, key] = await Promise.all(
    ['cluster-ca.crt', 'admin.crt', 'admin.key'].map(file =>
      readFile(join(pki, file)),
    ),
  );
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      `${server}${path}`,
      {
        method,
        ca,
        cert,
        key,
        timeout: 5000,
        agent: false,
        headers: { 'content-type': 'application/json' },
      },
      incoming => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
          }),
        );
        incoming.on('error', reject);
      },
    );
    outgoing.on('timeout', () =>
      outgoing.destroy(new Error(`no answer from ${server} within 5 s`)),
    );
    outgoing.on('error', reject);
    outgoing.end(body && JSON.stringify(body));
  });
}
