import { Credential } from '../auth/Credential';
import { Keychain } from '../auth/Keychain';
import { RegistryClient } from '../client/RegistryClient';
import { RegistryClientOptions } from '../client/RegistryClientOptions';
import { FakeRegistry } from './FakeRegistry';

/** Fakes and clients of one test file; `close` in `afterEach`. */
export class Fakes {
  private readonly registries: FakeRegistry[] = [];
  private readonly clients: RegistryClient[] = [];

  /** Starts a fake that speaks plain http. */
  async start(): Promise<FakeRegistry> {
    return this.add(await FakeRegistry.start());
  }

  add(fake: FakeRegistry): FakeRegistry {
    this.registries.push(fake);
    return fake;
  }

  /** A client that may speak http to all fakes started so far. */
  client(options: RegistryClientOptions = {}): RegistryClient {
    const plain = this.registries
      .filter(({ scheme }) => scheme === 'http')
      .map(({ host }) => [host, { plainHttp: true }] as const);
    const client = RegistryClient.create({
      proxy: 'none',
      retry: { baseMs: 1 },
      ...options,
      hosts: { ...Object.fromEntries(plain), ...options.hosts },
    });
    this.clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.splice(0).map(client => client.close()));
    await Promise.all(this.registries.splice(0).map(fake => fake.close()));
  }
}

/** A keychain that has one credential for one host and notes who asks. */
export function keychainOf(
  host: string,
  credential: Credential = Credential.basic('user', 'hunter2'),
): Keychain & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async find({ registry, path }) {
      asked.push(`${registry}/${path}`);
      return registry === host ? credential : undefined;
    },
  };
}

/** `Authorization` for `user:hunter2`. */
export const basicOfUser = `Basic ${Buffer.from('user:hunter2').toString(
  'base64',
)}`;
