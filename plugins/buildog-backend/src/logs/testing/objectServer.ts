import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ObjectBucket } from '../s3/ObjectBucket';

/** A real S3-compatible server for tests. */
export interface ObjectServer {
  options: {
    bucket: string;
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  countObjects(prefix: string): Promise<number>;
  stop(): Promise<void>;
}

const BUCKET = 'logs';

/**
 * Starts versitygw on loopback over a folder of its own.
 *
 * @throws Error that says how to get the program when it is nowhere.
 */
export async function startObjectServer(): Promise<ObjectServer> {
  const program = findProgram();
  const root = mkdtempSync(join(tmpdir(), 'buildog-objects-'));
  mkdirSync(join(root, BUCKET));
  const credentials = {
    accessKeyId: 'buildog',
    secretAccessKey: randomBytes(16).toString('hex'),
  };
  const port = await freePort();
  const child = spawn(
    program,
    ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', root],
    {
      stdio: 'ignore',
      env: {
        ...process.env,
        ROOT_ACCESS_KEY: credentials.accessKeyId,
        ROOT_SECRET_KEY: credentials.secretAccessKey,
      },
    },
  );
  const ended = new Promise<void>(resolve => child.on('exit', () => resolve()));
  const options = {
    bucket: BUCKET,
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials,
  };
  const bucket = new ObjectBucket(options);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(root, { recursive: true, force: true });
  };
  await untilReady(bucket, () => child.exitCode !== null).catch(async error => {
    await stop();
    throw error;
  });
  return {
    options,
    countObjects: async prefix => (await bucket.list(prefix)).length,
    stop,
  };
}

async function untilReady(
  bucket: ObjectBucket,
  gone: () => boolean,
): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      await bucket.list('');
      return;
    } catch (error) {
      if (gone() || Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

/** `BUILDOG_TEST_VERSITYGW`, the project's cache folder, or the `PATH`. */
function findProgram(): string {
  const given = process.env.BUILDOG_TEST_VERSITYGW;
  if (given) return given;
  const cache = join(
    process.env.BUILDOG_CACHE ||
      join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'buildog'),
    'bin',
  );
  const cached = existsSync(cache)
    ? readdirSync(cache)
        .filter(name => name.startsWith('versitygw'))
        .map(name => join(cache, name, 'versitygw'))
    : [];
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'versitygw'));
  const found = [...cached, ...onPath].find(path => existsSync(path));
  if (!found) {
    throw new Error(
      'The tests on object storage need versitygw: run `yarn cluster up` once, or `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`, or set BUILDOG_TEST_VERSITYGW to its path',
    );
  }
  return found;
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
