import { builders } from '../support/builders.ts';
import { expect, test } from '../support/fixtures.ts';

const [scheduler] = builders();

test('Buildog builds its own agent, and the next build runs on it', async ({
  demo,
  openPortal,
}) => {
  const portal = await openPortal({ scheduler });
  const client = await portal.client();
  const started = await client.start('component:default/buildog-agent', {
    revision: demo.state.revision,
  });
  const build = await client.untilFinished(started.id, 180_000);
  expect(build.phase, build.reason?.message).toBe('Succeeded');
  const firstNonce = nonceIn(await client.log(build, 'init'));

  // The same portal, with the image that was just built.
  const agentImage = `${demo.image('buildog-agent')}@${build.digest}`;
  const next = await openPortal({
    scheduler,
    env: { BUILDOG_AGENT_IMAGE: agentImage },
  });
  // Waits, so that its pod can be looked at.
  await demo.pushFixture('gate', { DOOR: 'self-build' });
  const again = await next.client();
  const second = await again.start('component:default/gate');
  const running = await again.until(second.id, 'to have a pod', found =>
    Boolean(found.tasks[0]?.attempts[0]?.podName),
  );
  const [pod] = await demo.kubectl.list(
    'pods',
    demo.namespace,
    `buildog.dev/build=${running.id}`,
  );
  const init = await again.until(running.id, 'to have fetched', found =>
    found.tasks[0].attempts[0].containers.some(
      container =>
        container.name === 'init' && container.state === 'Terminated',
    ),
  );
  const [now] = await demo.kubectl.list(
    'pods',
    demo.namespace,
    `buildog.dev/build=${running.id}`,
  );
  expect(now.metadata.uid).toBe(pod.metadata.uid);
  const status = now.status?.initContainerStatuses?.find(
    container => container.name === 'init',
  );
  expect(status?.imageID).toContain(build.digest!);
  demo.gate.open('self-build');
  const finished = await again.untilFinished(init.id);
  expect(finished.phase, finished.reason?.message).toBe('Succeeded');

  const nonce = nonceIn(await again.log(finished, 'init'));
  expect(nonce).not.toBe(firstNonce);
  // Written by the Dockerfile, and different for each commit.
  expect(nonce).toMatch(/^[0-9a-f]{32}$/);
});

function nonceIn(log: string): string {
  return /nonce (\S+)/.exec(log)?.[1] ?? 'none';
}
