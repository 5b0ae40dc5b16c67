import { program } from './program.ts';

/** What the independent witness needs to ask a registry. */
export interface RegistryAccess {
  host: string;
  scheme: 'http' | 'https';
  username: string;
  password: string;
  caDir?: string;
}

/**
 * Asks a registry through skopeo, so that what Buildog says is compared with
 * a program that shares no code with it.
 */
export class RegistryWitness {
  readonly #access: RegistryAccess;

  constructor(access: RegistryAccess) {
    this.#access = access;
  }

  /** The digest a tag points to; `undefined` when there is none. */
  async digestOf(reference: string): Promise<string | undefined> {
    try {
      const digest = await program('skopeo', [
        'inspect',
        ...this.#flags(),
        '--format',
        '{{.Digest}}',
        `docker://${reference}`,
      ]);
      return digest.trim();
    } catch (error) {
      if (/manifest unknown|name unknown|not found/i.test(String(error))) {
        return undefined;
      }
      throw error;
    }
  }

  /** The image configuration. */
  async configOf(reference: string): Promise<{
    os: string;
    architecture: string;
    config: { Labels?: Record<string, string>; Env?: string[] };
  }> {
    return JSON.parse(
      await program('skopeo', [
        'inspect',
        ...this.#flags(),
        '--config',
        `docker://${reference}`,
      ]),
    );
  }

  #flags(): string[] {
    const { scheme, username, password, caDir } = this.#access;
    return [
      `--tls-verify=${scheme === 'https'}`,
      `--creds=${username}:${password}`,
      ...(caDir ? [`--cert-dir=${caDir}`] : []),
    ];
  }
}
