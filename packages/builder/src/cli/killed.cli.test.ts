import { readdirSync, readFileSync } from 'node:fs';
import { base, describeCli, outcomeOf } from '../testing/CliFixture';

describeCli('builds that share a cache', fixture => {
  const dockerfile = (salt: string) => `${base}
FROM base AS a
RUN echo ${salt}-a > /a && sleep 0.05
FROM base AS b
COPY files /files
RUN echo ${salt}-b > /b && sleep 0.05
FROM base
COPY --from=a /a /a
COPY --from=b /b /files /
RUN cat /a /b
`;
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`files/${i}`, `${i}`.repeat(2000)]),
  );

  it('are good after any number of them were killed', async () => {
    const context = fixture.context('killed', {
      ...files,
      Dockerfile: dockerfile('k'),
    });
    // Moments over the whole length of a build, which itself takes as long as it takes.
    for (const milliseconds of [60, 120, 200, 280, 360, 450, 550, 700]) {
      const child = fixture.start(['build', context]);
      const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
      await outcomeOf(child);
      clearTimeout(timer);
    }
    const good = await fixture.run([
      'build',
      context,
      '-o',
      `type=oci,dest=${fixture.path('good')}`,
    ]);
    expect([good.code, good.code === 0 || good.stderr]).toEqual([0, true]);
    const again = await fixture.run(['build', context]);
    expect(again.stdout).toBe(good.stdout);
    expect(again.stderr).not.toContain('DONE');
    expect(readdirSync(fixture.path('cache', 'scratch'))).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(
      fixture.folder,
    );
  });

  it('do each step once when ten run at the same time', async () => {
    const context = fixture.context('ten', {
      ...files,
      Dockerfile: dockerfile('ten'),
    });
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () =>
        fixture.run(['build', context, '--progress=json']),
      ),
    );
    expect(outcomes.map(({ code }) => code)).toEqual(Array(10).fill(0));
    const lines = outcomes.flatMap(({ stdout }) =>
      stdout
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    );
    const results = lines.filter(({ type }) => type === 'result');
    expect(new Set(results.map(({ result }) => result.digest)).size).toBe(1);
    const titles = new Map<string, number>();
    for (const { stdout } of outcomes) {
      const own = stdout
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line));
      const started = own.filter(({ type }) => type === 'started');
      for (const { step } of started) {
        const { title } = own.find(
          line => line.type === 'planned' && line.step === step,
        );
        titles.set(title, (titles.get(title) ?? 0) + 1);
      }
    }
    expect([...titles.values()].filter(count => count > 1)).toEqual([]);
  });
});
