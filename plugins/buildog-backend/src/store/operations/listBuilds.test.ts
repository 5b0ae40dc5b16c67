import { newBuild } from '../__testUtils__/newBuild';
import { describeStore } from '../__testUtils__/describeStore';
import { testContext } from '../../domain/__testUtils__/fixtures';
import { decideBuild } from '../__testUtils__/queueBuild';
import { Draft } from '../../domain/Draft';

describeStore('listBuilds', { limits: { total: 2, perOwner: 1 } }, current => {
  describe('listBuilds', () => {
    it('pages through everything once, newest first, while builds arrive', async () => {
      for (let i = 0; i < 7; i++) await current.store.insertBuild(newBuild());
      const numbers: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await current.store.listBuilds({ limit: 3, cursor });
        numbers.push(...page.items.map(item => item.build.number));
        cursor = page.nextCursor;
        await current.store.insertBuild(newBuild());
      } while (cursor);
      // Builds of one millisecond are ordered by id.
      expect(numbers.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('filters by every condition together', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      await current.store.insertBuild(newBuild({ inputs: { branch: 'next' } }));
      await current.store.insertBuild(
        newBuild({ trigger: { kind: 'Api', by: 'service' } }),
      );
      const page = await current.store.listBuilds({
        limit: 10,
        entityRef: build.entityRef,
        phase: ['Pending'],
        branch: 'main',
        trigger: ['Manual'],
      });
      expect(page.items.map(i => i.build.id)).toEqual([build.id]);
      expect(
        (await current.store.listBuilds({ limit: 10, variant: 'none' })).items,
      ).toEqual([]);
    });

    it('shows what the permission allows, also without an owner', async () => {
      const own = await current.store.insertBuild(newBuild());
      const none = await current.store.insertBuild(
        newBuild({ entityRef: 'component:default/n', ownerRef: undefined }),
      );
      const list = async (
        filter: Parameters<typeof current.store.listBuilds>[0]['filter'],
      ) =>
        (await current.store.listBuilds({ limit: 10, filter })).items
          .map(i => i.build.id)
          .sort();
      const mine = {
        property: 'ownerRef' as const,
        values: ['group:default/team-payments'],
      };
      expect(await list(mine)).toEqual([own.build.id]);
      expect(await list({ not: mine })).toEqual([none.build.id]);
      expect(await list({ property: 'ownerRef', values: [] })).toEqual([]);
      expect(await list({ anyOf: [] })).toEqual([]);
      expect(
        await list({
          anyOf: [
            mine,
            { property: 'entityRef', values: ['component:default/n'] },
          ],
        }),
      ).toEqual([own.build.id, none.build.id].sort());
      expect(await list({ allOf: [mine, { not: mine }] })).toEqual([]);
    });

    it('refuses a cursor it has not given', async () => {
      for (const cursor of [
        '',
        'x',
        Buffer.from('[1]').toString('base64url'),
      ]) {
        await expect(
          current.store.listBuilds({ limit: 1, cursor }),
        ).rejects.toMatchObject({ code: 'InvalidCursor', field: 'cursor' });
      }
    });
  });

  describe('configurations', () => {
    it('follow a rename with their builds', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      await current.store.renameConfig(
        build.entityRef,
        'component:default/renamed',
      );
      expect(
        await current.store.getBuildByNumber('component:default/renamed', 1),
      ).toMatchObject({ build: { id: build.id } });
      await current.store.insertBuild(
        newBuild({ entityRef: 'component:default/second' }),
      );
      await expect(
        current.store.renameConfig(
          'component:default/second',
          'component:default/renamed',
        ),
      ).rejects.toMatchObject({ code: 'InvalidState' });
      await expect(
        current.store.renameConfig(
          'component:default/none',
          'component:default/x',
        ),
      ).rejects.toMatchObject({ code: 'NotFound' });
    });

    it('are forgotten with their claims a while after the entity', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      await current.store.setConfigOrphaned(build.entityRef, true);
      await current.store.deleteExpired({
        idempotencySeconds: 0,
        orphanSeconds: -10,
      });
      expect(await current.store.getConfig(build.entityRef)).toMatchObject({
        orphanedAt: expect.any(Date),
      });
      await current.knex('builds').update({ finished_at: new Date() });
      await current.store.deleteBuilds([build.id]);
      await current.store.deleteExpired({
        idempotencySeconds: 0,
        orphanSeconds: -10,
      });
      expect(await current.store.getConfig(build.entityRef)).toBeUndefined();
      expect(await current.knex('repository_claims')).toEqual([]);
    });
  });

  describe('sweeping', () => {
    it('never deletes a build that runs', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      await current.store.deleteBuilds([build.id]);
      expect(await current.store.getBuild(build.id)).toBeDefined();
      expect(
        await current.store.findBuilds([build.id, build.configId]),
      ).toEqual(new Set([build.id]));
    });

    it('lists finished builds that need no more work', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      expect((await current.store.listFinished(undefined)).builds).toEqual([]);
      await current.knex('builds').update({
        phase: 'Succeeded',
        finished_at: testContext.now,
        next_wake_at: null,
      });
      expect(await current.store.listFinished(undefined)).toEqual({
        builds: [
          {
            id: build.id,
            configId: build.configId,
            finishedAt: testContext.now,
            succeeded: true,
            logsPurged: false,
            orphanedAt: undefined,
          },
        ],
        next: undefined,
      });
      await current.store.markLogsPurged([build.id]);
      expect(
        (await current.store.listFinished(undefined)).builds[0].logsPurged,
      ).toBe(true);
    });
  });

  it('grants log ingest to the token of that attempt only', async () => {
    const { build } = await current.store.insertBuild(newBuild());
    const attempt = '7b1e05c9-d2f8-8a60-8b7c-5915ee0482f6';
    await current.store.addIngestToken(
      attempt,
      'h',
      new Date(Date.now() + 1000),
    );
    expect(await current.store.authorizeIngest(attempt, 'h')).toBeUndefined();
    const queued = await decideBuild(current.store, build.id);
    const draft = new Draft(queued, testContext);
    draft.tasks.push({
      id: draft.build.plan!.tasks[0].id,
      buildId: build.id,
      position: 0,
      variant: 'default',
      platform: { os: 'linux', architecture: 'amd64' },
      phase: 'Starting',
      maxAttempts: 1,
    });
    draft.attempts.push({
      id: attempt,
      buildId: build.id,
      taskId: draft.tasks[0].id,
      number: 1,
      phase: 'Requested',
      cluster: 'c',
      name: 'n',
      logTransport: 'sidecar',
      containers: [],
      createdAt: testContext.now,
      deadlineAt: testContext.now,
      tries: 0,
    });
    await current.store.commitDecision(draft.toDecision().transition!);
    expect(await current.store.authorizeIngest(attempt, 'h')).toEqual({
      buildId: build.id,
    });
    expect(await current.store.authorizeIngest(attempt, 'x')).toBeUndefined();
    expect(await current.store.authorizeIngest(build.id, 'h')).toBeUndefined();
    await current.store.addIngestToken(attempt, 'h', new Date(0));
    expect(await current.store.authorizeIngest(attempt, 'h')).toBeUndefined();
    expect(await current.store.findAttempts([attempt])).toEqual(
      new Map([[attempt, { buildId: build.id, live: true }]]),
    );
  });

  it('counts what succeeded lately and how long it took', async () => {
    const { build } = await current.store.insertBuild(newBuild());
    const now = Date.now();
    await current.knex('builds').update({
      phase: 'Succeeded',
      sequence: 1,
      started_at: new Date(now - 100_000),
      finished_at: new Date(now - 40_000),
    });
    expect(await current.store.getStatistics(build.entityRef)).toEqual({
      finished: 1,
      succeeded: 1,
      medianSeconds: 60,
      medianSecondsBefore: undefined,
    });
    expect(
      await current.store.getLatestSucceeded(build.entityRef),
    ).toMatchObject({
      build: { id: build.id },
    });
    expect(await current.store.getLatestSucceeded('component:default/x')).toBe(
      undefined,
    );
  });
});
