import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './waitUntil.ts';

const BUCKET = 'logs';

/** A real S3-compatible server, and how a portal uses it. */
export interface ObjectStore {
  settings: {
    bucket: string;
    endpoint: string;
    region: string;
    accessKeyId: string;
    secretAccessKey: string;
  };
  /** Objects whose key contains that, as its disk has them. */
  list(part: string): string[];
  stop(): Promise<void>;
}

/** Starts versitygw of the cluster's programs on loopback, over a folder of its own. */
export async function startObjectStore(binDir: string): Promise<ObjectStore> {
  const root = mkdtempSync(join(tmpdir(), 'buildog-objects-'));
  mkdirSync(join(root, BUCKET));
  const secretAccessKey = randomBytes(16).toString('hex');
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(
    join(binDir, 'versitygw'),
    ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', root],
    {
      stdio: 'ignore',
      env: { ROOT_ACCESS_KEY: 'buildog', ROOT_SECRET_KEY: secretAccessKey },
    },
  );
  const ended = new Promise(resolve => child.on('close', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(root, { recursive: true, force: true });
  };
  // Refused without a signature: then it is there.
  await waitUntil('the object store to answer', async () =>
    fetch(endpoint).then(response => response.status === 403),
  );
  return {
    settings: {
      bucket: BUCKET,
      endpoint,
      region: 'us-east-1',
      accessKeyId: 'buildog',
      secretAccessKey,
    },
    list: part =>
      readdirSync(join(root, BUCKET), { recursive: true })
        .map(String)
        .filter(key => key.includes(part)),
    stop,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address ? address.port : 0),
      );
    });
  });
}
