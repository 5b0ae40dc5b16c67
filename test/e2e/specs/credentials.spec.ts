import { builders } from '../support/builders.ts';
import { expect, test } from '../support/fixtures.ts';

for (const scheduler of builders()) {
  test(`RUN finds no credential with ${scheduler}`, async ({
    demo,
    openPortal,
  }) => {
    await demo.pushProbe();
    const portal = await openPortal({ scheduler });
    const client = await portal.client();
    const started = await client.start('component:default/probe');
    const build = await client.untilFinished(started.id, 180_000);
    expect(build.phase, build.reason?.message).toBe('Succeeded');

    const log = await client.log(build);
    expect(log).toMatch(/PROBE looked at \d{2,} files/);
    expect(log).toContain('PROBE END');
    expect(log.match(/FOUND .*$/gm) ?? []).toEqual([]);
    expect(log.match(/PUSH \w+/g)).toEqual(['PUSH 401']);
    expect(log.match(/API \w+/g)?.[0]).toMatch(/API (anonymous|unreachable)/);
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
