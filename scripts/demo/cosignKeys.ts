import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A key pair as the stock cosign makes it. */
export interface CosignKeys {
  keyFile: string;
  publicKeyFile: string;
  password: string;
}

/**
 * The demo's signing key: made by cosign at the first start, kept afterwards,
 * so that what was signed yesterday still verifies.
 *
 * @param cosign - path of the program
 * @param folder - private to the demo
 */
export async function cosignKeys(
  cosign: string,
  folder: string,
): Promise<CosignKeys> {
  const keyFile = join(folder, 'cosign.key');
  const publicKeyFile = join(folder, 'cosign.pub');
  const passwordFile = join(folder, 'cosign.password');
  try {
    await access(keyFile);
  } catch {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const password = randomBytes(24).toString('base64url');
    await writeFile(passwordFile, password, { mode: 0o600 });
    await execute(
      cosign,
      ['generate-key-pair', '--output-key-prefix', join(folder, 'cosign')],
      { env: { ...process.env, COSIGN_PASSWORD: password } },
    );
  }
  return {
    keyFile,
    publicKeyFile,
    password: await readFile(passwordFile, 'utf8'),
  };
}
