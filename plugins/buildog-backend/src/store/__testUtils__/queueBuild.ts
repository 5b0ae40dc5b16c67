import { testContext } from '../../domain/__testUtils__/fixtures';
import { decide } from '../../domain/decide';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import type { ControllerStore } from '../ControllerStore';

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
