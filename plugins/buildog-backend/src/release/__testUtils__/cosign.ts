import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../testing/temporaryFolder';

const execute = promisify(execFile);

/** A key pair that the stock cosign made, encrypted with `password`. */
export interface CosignKeys {
  key: string;
  password: string;
  publicKey: string;
  publicKeyFile: string;
}

/** Has cosign make a key pair in a folder of its own. */
export async function generateCosignKeys(cosign: string): Promise<CosignKeys> {
  const folder = temporaryFolder('buildog-cosign');
  const password = 'a password with spaces';
  await execute(cosign, ['generate-key-pair'], {
    cwd: folder,
    env: { COSIGN_PASSWORD: password, HOME: folder },
  });
  const publicKeyFile = join(folder, 'cosign.pub');
  return {
    key: await readFile(join(folder, 'cosign.key'), 'utf8'),
    password,
    publicKey: await readFile(publicKeyFile, 'utf8'),
    publicKeyFile,
  };
}

/** Asks cosign whether a reference is signed with the key. */
export async function cosignVerifies(
  cosign: string,
  publicKeyFile: string,
  reference: string,
  registry: {
    host: string;
    username: string;
    password: string;
    caFile?: string;
  },
): Promise<boolean> {
  const folder = temporaryFolder('buildog-cosign');
  const { host, username, password, caFile } = registry;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({ auths: { [host]: { auth } } }),
  );
  try {
    await execute(
      cosign,
      [
        'verify',
        `--key=${publicKeyFile}`,
        '--insecure-ignore-tlog=true',
        ...(caFile
          ? []
          : ['--allow-http-registry', '--allow-insecure-registry']),
        reference,
      ],
      {
        env: {
          HOME: folder,
          DOCKER_CONFIG: folder,
          ...(caFile && { SSL_CERT_FILE: caFile }),
        },
      },
    );
    return true;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    if (/no (matching )?signatures|no signatures found/i.test(stderr)) {
      return false;
    }
    throw error;
  }
}
