/**
 * The controller's side of the ingest protocol as a program for a pod: it
 * loses each third answer after it has stored the bytes, and gives the logs
 * back under `/ATTEMPT/CONTAINER`, and under `/all/state` what else it knows.
 */
const PROGRAM = `
const logs = new Map();
const state = { completed: {}, heartbeats: 0, lost: 0, conflicts: 0, requests: 0 };
require('node:http').createServer((request, response) => {
  const url = new URL(request.url, 'http://x');
  const name = url.pathname.split('/').slice(-2).join('/');
  const reply = (status, value) => response.writeHead(status).end(JSON.stringify(value));
  if (request.method === 'GET') {
    if (name.endsWith('/state')) return reply(200, state);
    return response.end(logs.get(name) ?? Buffer.alloc(0));
  }
  if (request.headers.authorization !== 'Bearer ' + process.env.TOKEN) return reply(401, {});
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    if (name.endsWith('/heartbeat')) { state.heartbeats += 1; return response.writeHead(204).end(); }
    const log = logs.get(name) ?? Buffer.alloc(0);
    if (Number(url.searchParams.get('offset')) !== log.length) {
      state.conflicts += 1;
      return reply(409, { next: log.length });
    }
    logs.set(name, Buffer.concat([log, ...chunks]));
    if (url.searchParams.has('complete')) state.completed[name] = url.searchParams.get('truncated') ?? 'whole';
    state.requests += 1;
    if (state.requests % 3 === 0) { state.lost += 1; return response.destroy(); }
    reply(200, { next: logs.get(name).length });
  });
}).listen(8080);
`;

/** Port of the program. */
export const INGEST_PORT = 8080;

/** A pod that is an ingest for one token. */
export function ingestPod(namespace: string, image: string, token: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'ingest', namespace },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'ingest',
          image,
          command: ['node', '-e', PROGRAM],
          env: [{ name: 'TOKEN', value: token }],
          readinessProbe: {
            tcpSocket: { port: INGEST_PORT },
            periodSeconds: 1,
          },
        },
      ],
    },
  };
}
