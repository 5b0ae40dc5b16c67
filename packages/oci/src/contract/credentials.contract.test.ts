import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { sha256 } from '../digest/Digest';
import {
  clusterRegistries,
  ClusterRegistry,
} from '../testing/clusterRegistries';
import { embeddedRegistry } from '../testing/embeddedRegistry';
import { clientFor, User } from '../testing/RegistryBench';

/*
 * Who may do what in the registries of the test cluster, and our own.
 */
const cluster = clusterRegistries();
const embedded = embeddedRegistry();
const run = randomBytes(4).toString('hex');
const text = Buffer.from(`content of ${run}`);
const blob = { digest: sha256(text), size: text.length };

async function withClient<T>(
  registry: ClusterRegistry,
  user: User,
  work: (client: ReturnType<typeof clientFor>) => Promise<T>,
): Promise<T> {
  const client = clientFor(registry, user);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Tries to push a blob; gives the outcome, or the error. */
function push(registry: ClusterRegistry, user: User, path: string) {
  return withClient(registry, user, client =>
    client
      .putBlob(
        { registry: registry.host, path },
        { ...blob, open: () => Readable.from([text]) },
      )
      .catch(error => error),
  );
}

const refused = expect.objectContaining({
  name: 'OciError',
  code: 'unauthorized',
  retryable: false,
});

if (cluster.absent) {
  it(`is skipped: ${cluster.absent}`, () => {
    expect(process.env.BUILDOG_REQUIRE_CLUSTER).not.toBe('1');
  });
}

for (const registry of [embedded, ...cluster.registries]) {
  const { name, username, users = {} } = registry;

  describe(`the ${name} registry`, () => {
    it('refuses a push without a credential', async () => {
      const path = `oci-contract/${run}/anonymous`;
      expect(await push(registry, undefined, path)).toEqual(refused);
    });

    it('refuses a wrong password, and no error repeats it', async () => {
      const password = `wrong-${randomBytes(8).toString('hex')}`;
      const path = `oci-contract/${run}/wrong-password`;
      const error = await push(registry, { username, password }, path);
      expect(error).toEqual(refused);
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(
        password,
      );
    });

    for (const [user, { password, push: patterns }] of Object.entries(users)) {
      it(`lets ${user} push where it may, and nowhere else`, async () => {
        const credential = { username: user, password };
        const own = patterns.map(pattern =>
          pattern.replace('*', `oci-contract/${run}/${user}`),
        );
        const others = patterns.includes('*')
          ? []
          : ['team-of-others/app', 'team-ab/app'];
        const outcomes = [];
        for (const path of [...own, ...others]) {
          outcomes.push(await push(registry, credential, path));
        }
        expect(outcomes).toEqual([
          ...own.map(() => 'uploaded'),
          ...others.map(() => refused),
        ]);
      });
    }

    it('lets nobody delete without a credential', async () => {
      const path = `oci-contract/${run}/kept`;
      expect(await push(registry, registry, path)).toBe('uploaded');
      const repository = { registry: registry.host, path };
      await expect(
        withClient(registry, undefined, client =>
          client.deleteBlob(repository, blob.digest),
        ),
      ).rejects.toEqual(refused);
      const kept = await withClient(registry, registry, client =>
        client.headBlob(repository, blob.digest),
      );
      expect(kept).toEqual({ size: blob.size });
    });
  });
}
