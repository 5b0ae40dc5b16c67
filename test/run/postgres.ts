import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureDebianPackages } from '../cluster/programs/debianPackages.ts';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';

/** A private PostgreSQL server on loopback. */
export interface PostgresServer {
  connectionString: string;
  version: string;
  /** Ends the server as an administrator would; its data stay, for `start`. */
  halt(): Promise<void>;
  /** Starts it again after `halt`, on the same data and port. */
  start(): Promise<void>;
  /** Ends it and removes all of it. */
  stop(): Promise<void>;
}

/**
 * Starts a private PostgreSQL server of Debian's packages, on a free loopback
 * port and with a password made up for this run. It never touches a server
 * that the machine may run itself.
 */
export async function startPostgres(): Promise<PostgresServer> {
  await ensureDebianPackages(['postgresql'], 'the tests on PostgreSQL');
  const [version] = (await readdir(VERSIONS)).sort(
    (a, b) => Number(b) - Number(a),
  );
  const bin = join(VERSIONS, version, 'bin');
  const folder = await mkdtemp(join(tmpdir(), 'buildog-postgres-'));
  const owner = await postgresUser();
  await chown(folder, owner.uid, owner.gid);
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await chown(passwordFile, owner.uid, owner.gid);
  const dataDir = join(folder, 'data');
  // The server refuses to run as root, so its programs run as its own user.
  const asOwner = { uid: owner.uid, gid: owner.gid, cwd: folder };
  await run(
    join(bin, 'initdb'),
    [
      '-D',
      dataDir,
      '-U',
      'postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-sync',
    ],
    asOwner,
  );
  const port = await freePort();
  const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder} -c fsync=off -c max_connections=300`;
  const control = async (...args: string[]) => {
    await run(join(bin, 'pg_ctl'), ['-D', dataDir, '-w', ...args], asOwner);
  };
  const start = () =>
    control('-l', join(folder, 'log'), '-o', options, 'start');
  await start();
  return {
    connectionString: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    version,
    halt: () => control('-m', 'fast', 'stop'),
    start,
    async stop() {
      await control('-m', 'immediate', 'stop');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function postgresUser(): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) =>
    Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
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
