// The demo's backend, with or without Buildog (BENCH_WITHOUT_BUILDOG=1): what
// packages/backend/src/index.ts adds is read from there, so that nothing else
// differs. SIGUSR2 has it collect its garbage.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const index = resolve(
  import.meta.dirname,
  '../../../packages/backend/src/index.ts',
);
const require = createRequire(index);
const without = process.env.BENCH_WITHOUT_BUILDOG === '1';

const backend = require('@backstage/backend-defaults').createBackend();
const added = readFileSync(index, 'utf8').matchAll(/import\('([^']+)'\)/g);
for (const [, name] of added) {
  // The demo's policy is about Buildog's permissions, and imports it.
  if (without && /buildog|permissionPolicy/.test(name)) continue;
  backend.add(Promise.resolve(require(name)));
}
if (without) backend.add(allowAll());
backend.start();

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
process.on('SIGUSR2', () => collect());

/** The permission backend does not start without a policy. */
function allowAll() {
  const { createBackendModule } = require('@backstage/backend-plugin-api');
  const {
    policyExtensionPoint,
  } = require('@backstage/plugin-permission-node/alpha');
  return createBackendModule({
    pluginId: 'permission',
    moduleId: 'allow-all',
    register(env) {
      env.registerInit({
        deps: { policy: policyExtensionPoint },
        async init({ policy }) {
          policy.setPolicy({ handle: async () => ({ result: 'ALLOW' }) });
        },
      });
    },
  });
}
