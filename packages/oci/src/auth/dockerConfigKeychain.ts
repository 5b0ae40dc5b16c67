import { z } from 'zod';
import { OciError } from '../errors/OciError';
import { parseRegistry } from '../reference/parseRegistry';
import { Credential } from './Credential';
import { Keychain } from './Keychain';

const entrySchema = z.object({
  auth: z.string().nullish(),
  username: z.string().nullish(),
  password: z.string().nullish(),
  identitytoken: z.string().nullish(),
  registrytoken: z.string().nullish(),
});
type Entry = z.output<typeof entrySchema>;

const entriesSchema = z.record(z.string(), entrySchema);
const configSchema = z.object({ auths: entriesSchema.nullish() });

/**
 * A keychain from the text of a docker config: `config.json` of docker, podman's
 * `auth.json`, `.dockerconfigjson` of a Kubernetes secret, or the older
 * `.dockercfg`.
 *
 * A key is a host (`registry.example:5000`), the same with scheme or API version
 * (`https://index.docker.io/v1/`), or a host with a path
 * (`registry.example/team`); the longest path that holds the repository wins.
 * Hosts are compared exactly, so a pattern (`*.example`) never matches.
 * `credsStore` and `credHelpers` are programs and are not run.
 *
 * @throws {@link OciError} `invalidConfig`; its message never quotes a value
 * @public
 */
export function dockerConfigKeychain(json: string): Keychain {
  const byKey = new Map<string, Credential>();
  for (const [key, entry] of Object.entries(readEntries(json))) {
    const name = normalizeKey(key);
    if (name === undefined) continue;
    const credential = toCredential(key, entry);
    // Where two keys mean the same, the one without decoration wins.
    if (credential && (name === key || !byKey.has(name))) {
      byKey.set(name, credential);
    }
  }
  return {
    async find({ registry, path }) {
      const host = parseRegistry(registry);
      const parts = path === '' ? [] : path.split('/');
      for (let length = parts.length; length >= 0; length--) {
        const key = [host, ...parts.slice(0, length)].join('/');
        const credential = byKey.get(key);
        if (credential) return credential;
      }
      return undefined;
    },
  };
}

function readEntries(json: string): Record<string, Entry> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Without a cause: it would quote the text.
    throw invalid('it is not valid JSON');
  }
  const config = configSchema.safeParse(value);
  const isCurrent =
    typeof value === 'object' && value !== null && 'auths' in value;
  if (isCurrent) {
    if (config.success) return config.data.auths ?? {};
    throw invalid('"auths" must map hosts to objects of strings');
  }
  // `.dockercfg` has the hosts at the top. A config with neither has no auth.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('it is not a JSON object');
  }
  const hosts = Object.entries(value).filter(
    ([key, entry]) => /[.:]/.test(key) && entrySchema.safeParse(entry).success,
  );
  return Object.fromEntries(hosts) as Record<string, Entry>;
}

/** `host` or `host/path`, or `undefined` for what is no host. */
function normalizeKey(key: string): string | undefined {
  const bare = key
    .replace(/^https?:\/\//i, '')
    .replace(/\/v[12]\/$/, '')
    .replace(/\/+$/, '');
  const [host, ...path] = bare.split('/');
  try {
    const registry = parseRegistry(host);
    const isApi = key.includes('://') && /^v[12]$/.test(path.join('/'));
    return isApi ? registry : [registry, ...path].join('/');
  } catch {
    return undefined;
  }
}

function toCredential(key: string, entry: Entry): Credential | undefined {
  if (entry.registrytoken) return Credential.registryToken(entry.registrytoken);
  if (entry.identitytoken) return Credential.identityToken(entry.identitytoken);
  if (entry.auth) {
    const isBase64 = /^[A-Za-z0-9+/_\-\s]+={0,2}\s*$/.test(entry.auth);
    const text = isBase64
      ? Buffer.from(entry.auth, 'base64').toString('utf8').replace(/\0+$/, '')
      : '';
    const colon = text.indexOf(':');
    if (colon < 0) {
      throw invalid(
        `"auth" of ${JSON.stringify(key)} is not base64 of "user:password"`,
      );
    }
    return Credential.basic(text.slice(0, colon), text.slice(colon + 1));
  }
  if (entry.username && entry.password) {
    return Credential.basic(entry.username, entry.password);
  }
  return undefined;
}

function invalid(reason: string): OciError {
  return new OciError(
    'invalidConfig',
    `the docker config cannot be used: ${reason}`,
  );
}
