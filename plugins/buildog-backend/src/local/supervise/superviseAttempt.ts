import { AttemptFolder } from '../state/AttemptFolder';
import { identify } from '../state/processIdentity';
import { Supervisor } from './Supervisor';

/**
 * What the process of an attempt does from its start to its end. Does nothing
 * where the attempt has, or had, another one.
 *
 * @param path - the attempt's folder.
 * @param events - see {@link Supervisor}.
 */
export async function superviseAttempt(
  path: string,
  events: string,
): Promise<void> {
  const folder = new AttemptFolder(path);
  const spec = await folder.spec();
  const self = await identify(process.pid);
  if (!spec || !self) return;
  const supervisor = new Supervisor(folder, spec, events);
  // Before the claim: from then on others may tell us to end.
  process.on('SIGTERM', () => {
    supervisor.stop().catch(() => process.exit(1));
  });
  // A terminal that closes, or a person at it, means the backend, not us.
  process.on('SIGHUP', () => undefined);
  process.on('SIGINT', () => undefined);
  if (await folder.claim(self)) await supervisor.run();
}
