import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** What came back. */
export type Reply = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

/** One request that trusts `caFile` only, with user and password where given. */
export function httpReply(
  url: string,
  {
    method = 'GET',
    caFile,
    auth,
    headers = {},
  }: {
    method?: string;
    caFile?: string;
    /** `user:password` */
    auth?: string;
    headers?: Record<string, string>;
  } = {},
): Promise<Reply> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  const ca = caFile && readFileSync(caFile);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method, auth, headers, agent: false, ...(ca && { ca }) },
      incoming => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
