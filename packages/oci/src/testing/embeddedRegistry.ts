import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { EmbeddedRegistry } from '../server/RegistryOptions';
import { startRegistry } from '../server/startRegistry';
import { ClusterRegistry } from './clusterRegistries';
import { temporaryDirectory } from './writeLayout';

/**
 * Our own registry, for the suites that real registries pass. Call it while the
 * file's tests are declared: it runs from before the first to after the last.
 */
export function embeddedRegistry(): ClusterRegistry {
  const user = { username: 'contract', password: 'contract-password' };
  let root: string;
  let running: EmbeddedRegistry;
  beforeAll(async () => {
    root = await temporaryDirectory();
    running = await startRegistry({ root, credentials: [user] });
  });
  afterAll(async () => {
    await running.close();
    await rm(root, { recursive: true });
  });
  return {
    ...user,
    name: 'embedded',
    scheme: 'http',
    get host() {
      return running.host;
    },
  };
}

/** Says whether the witness of the suites about images is there. */
export function hasSkopeo(env: NodeJS.ProcessEnv = process.env): boolean {
  try {
    execFileSync('skopeo', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (env.BUILDOG_REQUIRE_CLUSTER === '1') throw error;
    process.stdout.write(
      'packages/oci: skipped what needs skopeo, which is not installed\n',
    );
    return false;
  }
}
