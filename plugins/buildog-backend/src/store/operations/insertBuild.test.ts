import { newBuild, REVISION } from '../__testUtils__/newBuild';
import { describeStore } from '../__testUtils__/describeStore';

describeStore('insertBuild', { limits: { total: 2, perOwner: 1 } }, current => {
  describe('insertBuild', () => {
    it('numbers builds per configuration', async () => {
      const first = await current.store.insertBuild(newBuild());
      const second = await current.store.insertBuild(newBuild());
      const other = await current.store.insertBuild(
        newBuild({ entityRef: 'component:default/other' }),
      );
      expect([first, second, other].map(r => r.build.number)).toEqual([
        1, 2, 1,
      ]);
      expect(first.build).toMatchObject({ phase: 'Pending', version: 1 });
      expect(await current.store.getBuild(first.build.id)).toEqual({
        build: first.build,
        tasks: [],
        attempts: [],
      });
    });

    it('gives every one of many concurrent requests its own number', async () => {
      const results = await Promise.all(
        Array.from({ length: 8 }, () => current.store.insertBuild(newBuild())),
      );
      expect(results.map(r => r.build.number).sort()).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8,
      ]);
    });

    it('answers a repeated request with the build of then', async () => {
      const idempotency = { key: 'k', scope: 'user:a', requestHash: 'h' };
      const first = await current.store.insertBuild(newBuild(), {
        idempotency,
      });
      const again = await current.store.insertBuild(newBuild(), {
        idempotency,
      });
      expect(again).toEqual({ build: first.build, created: false });
      await expect(
        current.store.insertBuild(newBuild(), {
          idempotency: { ...idempotency, requestHash: 'other' },
        }),
      ).rejects.toMatchObject({ code: 'IdempotencyKeyReused' });
      const elsewhere = await current.store.insertBuild(newBuild(), {
        idempotency: { ...idempotency, scope: 'user:b' },
      });
      expect(elsewhere.created).toBe(true);
    });

    it('makes one build of concurrent repetitions', async () => {
      const idempotency = { key: 'k', scope: 'user:a', requestHash: 'h' };
      const results = await Promise.all(
        [1, 2, 3, 4].map(() =>
          current.store.insertBuild(newBuild(), { idempotency }),
        ),
      );
      expect(results.filter(r => r.created)).toHaveLength(1);
      expect(new Set(results.map(r => r.build.id)).size).toBe(1);
    });

    it('lets no two configurations publish to one repository, and leaves nothing behind', async () => {
      await current.store.insertBuild(newBuild());
      await expect(
        current.store.insertBuild(
          newBuild({
            entityRef: 'component:default/thief',
            inputs: { destinations: ['registry.example.com/payments-api'] },
          }),
        ),
      ).rejects.toMatchObject({ code: 'RepositoryClaimed' });
      expect(
        await current.store.getConfig('component:default/thief'),
      ).toBeUndefined();
    });

    it('refuses while builds are drained', async () => {
      await current.store.setAdmissionMode('Draining', 'user:default/admin');
      await expect(current.store.insertBuild(newBuild())).rejects.toMatchObject(
        {
          code: 'Draining',
        },
      );
      expect(await current.store.getControllerState()).toMatchObject({
        mode: 'Draining',
        changedBy: 'user:default/admin',
      });
    });
  });

  describe('retry and rebuild', () => {
    it('repeat a finished build, one the commit, the other the branch', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      await expect(
        current.store.retryBuild(build.id, 'x'),
      ).rejects.toMatchObject({
        code: 'InvalidState',
      });
      await current
        .knex('builds')
        .where({ id: build.id })
        .update({ phase: 'Failed', sequence: 7 });
      const retried = await current.store.retryBuild(
        build.id,
        'user:default/b',
      );
      expect(retried.build).toMatchObject({
        number: 2,
        revision: REVISION,
        sequence: 7,
        retryOf: { id: build.id, number: 1 },
        trigger: { kind: 'Retry', by: 'user:default/b' },
      });
      const rebuilt = await current.store.rebuild(build.id, 'user:default/b');
      expect(rebuilt.build).toMatchObject({ number: 3, branch: 'main' });
      expect(rebuilt.build.revision).toBeUndefined();
      expect(rebuilt.build.sequence).toBeUndefined();
    });

    it('refuses a retry without a commit', async () => {
      const { build } = await current.store.insertBuild(
        newBuild({ inputs: { revision: undefined } }),
      );
      await current
        .knex('builds')
        .where({ id: build.id })
        .update({ phase: 'Failed' });
      await expect(
        current.store.retryBuild(build.id, 'x'),
      ).rejects.toMatchObject({
        code: 'InvalidState',
      });
      expect((await current.store.rebuild(build.id, 'x')).created).toBe(true);
    });
  });

  describe('requestCancel', () => {
    it('notes the first wish', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      const first = await current.store.requestCancel(
        build.id,
        'user:default/a',
      );
      const second = await current.store.requestCancel(
        build.id,
        'user:default/b',
      );
      expect(second).toEqual(first);
      expect(second.cancelRequestedBy).toBe('user:default/a');
    });

    it('refuses what is unknown, over, or moving its tags', async () => {
      await expect(
        current.store.requestCancel(
          '7b1e05c9-d2f8-8a60-8b7c-5915ee0482f6',
          'x',
        ),
      ).rejects.toMatchObject({ code: 'NotFound' });
      const { build } = await current.store.insertBuild(newBuild());
      for (const phase of ['Tagging', 'Failed']) {
        await current.knex('builds').where({ id: build.id }).update({ phase });
        await expect(
          current.store.requestCancel(build.id, 'x'),
        ).rejects.toMatchObject({
          code: 'InvalidState',
        });
      }
    });
  });
});
