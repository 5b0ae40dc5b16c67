import { defaultLifecycle } from '../../domain/DecideContext';
import type { DecideContext } from '../../domain/DecideContext';
import { decide } from '../../domain/decide';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import type { ControllerStore } from '../ControllerStore';

/** A context of decisions for tests. */
export const testContext: DecideContext = {
  now: new Date('2026-11-21T10:00:00Z'),
  installationId: 'test',
  lifecycle: defaultLifecycle,
  defaults: {
    revision: '1',
    scheduler: 'kaniko',
    cluster: 'prod-eu',
    platforms: [{ os: 'linux', architecture: 'amd64' }],
    resources: {
      memoryBytes: 2 ** 31,
      ephemeralStorageBytes: 10 * 2 ** 30,
      cpuRequestMillis: 500,
    },
    deadlineSeconds: 1800,
    maxAttempts: 3,
    tagTemplate: 'v{date}-{shortSha}',
    branchTag: true,
    timeZone: 'UTC',
    logTransport: 'follow',
  },
};

/** Takes a build one decision further, as the controller does. */
export async function decideBuild(
  store: ControllerStore,
  id: string,
  seconds = 0,
): Promise<BuildSnapshot> {
  const snapshot = await store.getBuild(id);
  if (!snapshot) throw new Error(`no build ${id}`);
  const { transition } = decide(
    snapshot,
    { attempts: {} },
    {
      ...testContext,
      now: new Date(testContext.now.getTime() + seconds * 1000),
    },
  );
  const committed = transition && (await store.commitDecision(transition));
  if (!committed) throw new Error('nothing was committed');
  return committed;
}

/** A build with a requested attempt: queued, admitted and decided on. */
export async function runBuild(
  store: ControllerStore,
  id: string,
): Promise<BuildSnapshot> {
  await decideBuild(store, id);
  await store.admitBuilds();
  return decideBuild(store, id);
}
