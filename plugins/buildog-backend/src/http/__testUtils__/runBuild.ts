import { decideBuild } from '../../store/__testUtils__/queueBuild';
import type { ControllerStore } from '../../store/ControllerStore';

/** Takes a build as far as its first attempt, whose id it returns. */
export async function runBuild(
  store: ControllerStore,
  id: string,
): Promise<string> {
  await decideBuild(store, id);
  await store.admitBuilds();
  const { attempts } = await decideBuild(store, id);
  return attempts[0].id;
}
