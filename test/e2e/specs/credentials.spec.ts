import { builders } from '../support/builders.ts';
import { expect, test } from '../support/fixtures.ts';

/**
 * With logs by sidecar, the pod has a service account token, if only in the
 * sidecar, and may reach the API server: there the server itself says who
 * `RUN` is. Elsewhere the network policy may keep it away, where one is
 * enforced.
 */
const WAYS = [
  ...builders().map(scheduler => ({ scheduler, sidecar: false })),
  { scheduler: builders()[0], sidecar: true },
];

for (const { scheduler, sidecar } of WAYS) {
  const how = sidecar ? ' beside a sidecar' : '';
  test(`RUN finds no credential with ${scheduler}${how}`, async ({
    demo,
    openPortal,
  }) => {
    await demo.pushProbe();
    const portal = await openPortal({
      scheduler,
      ...(sidecar && { logTransport: 'sidecar' }),
    });
    const client = await portal.client();
    const started = await client.start('component:default/probe');
    const build = await client.untilFinished(started.id, 180_000);
    expect(build.phase, build.reason?.message).toBe('Succeeded');

    const log = await client.log(build);
    expect(log).toMatch(/PROBE looked at \d{2,} files/);
    expect(log).toContain('PROBE END');
    expect(log.match(/FOUND .*$/gm) ?? []).toEqual([]);
    expect(log.match(/PUSH \w+/g)).toEqual(['PUSH 401']);
    const { enforced } = demo.state.cluster.networkPolicy;
    expect(log.match(/API \w+/g)).toEqual([
      enforced && !sidecar ? 'API unreachable' : 'API anonymous',
    ]);
  });
}

test('the same probe in an ordinary one-container job finds some', async ({
  demo,
}) => {
  // A push credential beside user code, as a plain kaniko job has it.
  const log = await demo.runProbeBesideCredential();
  expect(log).toContain('PROBE END');
  expect(log).toMatch(/FOUND canary in \/kaniko\/\.docker\/\S*config\.json/);
  expect(log).toMatch(/FOUND token in .*serviceaccount/);
});
