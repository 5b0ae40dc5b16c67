import { newBuild } from '../__testUtils__/newBuild';
import { describeStore } from '../__testUtils__/describeStore';
import { decideBuild } from '../__testUtils__/queueBuild';
import { openStore } from '../__testUtils__/testStores';

describeStore('claims', { limits: { total: 2, perOwner: 1 } }, current => {
  describe('claims', () => {
    const options = { replicaId: 'r1', leaseMs: 10_000 };

    it('give a due build to one replica only', async () => {
      for (let i = 0; i < 6; i++) await current.store.insertBuild(newBuild());
      const [a, b] = await Promise.all([
        current.store.claimDueBuilds({ ...options, limit: 4 }),
        current.store.claimDueBuilds({ ...options, replicaId: 'r2', limit: 4 }),
      ]);
      const rest = await current.store.claimDueBuilds({
        ...options,
        limit: 10,
      });
      const ids = [...a, ...b, ...rest].map(claim => claim.buildId);
      expect(ids).toHaveLength(6);
      expect(new Set(ids).size).toBe(6);
    });

    it('end with the lease, and a late holder has lost it', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      const first = await current.store.claimBuild(build.id, {
        ...options,
        leaseMs: -1,
      });
      const second = await current.store.claimBuild(build.id, {
        ...options,
        replicaId: 'r2',
      });
      expect(first && second).toBeTruthy();
      expect(await current.store.renewLease(first!, 10_000)).toBe('Lost');
      expect(await current.store.renewLease(second!, 10_000)).toBe('Held');
      expect(await current.store.claimBuild(build.id, options)).toBeUndefined();
    });

    it('tell of a cancel, and are due again when the build changed meanwhile', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      const claim = await current.store.claimBuild(build.id, options);
      await current.store.requestCancel(build.id, 'user:default/guest');
      expect(await current.store.renewLease(claim!, 10_000)).toBe(
        'CancelRequested',
      );
      await current.store.releaseBuild(claim!, {
        version: 1,
        wakeInMs: 60_000,
      });
      expect(
        await current.store.claimDueBuilds({ ...options, limit: 1 }),
      ).toHaveLength(1);
    });

    it('let an unchanged build sleep', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      const claim = await current.store.claimBuild(build.id, options);
      await current.store.releaseBuild(claim!, {
        version: 1,
        wakeInMs: 60_000,
      });
      expect(
        await current.store.claimDueBuilds({ ...options, limit: 1 }),
      ).toEqual([]);
      const again = await current.store.claimBuild(build.id, options);
      await current.store.releaseBuild(again!, {
        version: 1,
        wakeInMs: undefined,
      });
      expect(
        await current.store.claimDueBuilds({ ...options, limit: 1 }),
      ).toEqual([]);
    });
  });

  describe('admission', () => {
    beforeEach(async () => {
      await current.store.setAdmissionMode('Paused', 'user:default/admin');
    });
    const open = () =>
      current.store.setAdmissionMode('Open', 'user:default/admin');

    it('lets in what the limits allow, with a place among admissions', async () => {
      const ids: string[] = [];
      for (const [name, owner] of [
        ['a', 'group:default/one'],
        ['b', 'group:default/one'],
        ['c', 'group:default/two'],
        ['d', undefined],
      ]) {
        const { build } = await current.store.insertBuild(
          newBuild({ entityRef: `component:default/${name}`, ownerRef: owner }),
        );
        ids.push(build.id);
        await decideBuild(current.store, build.id);
      }
      await open();
      const admitted = await current.store.admitBuilds();
      expect(admitted).toHaveLength(2);
      const [first, second] = admitted.map(a => a.sequence);
      expect(second).toBe(first + 1);
      expect(await current.store.admitBuilds()).toEqual([]);
      const waiting = await current.store.getQueue();
      expect([...waiting.values()].map(p => p.position)).toEqual([1, 2]);
      expect([...waiting.values()][0].why).toMatch(/runs|ahead/);
      expect(ids).toEqual(expect.arrayContaining([...waiting.keys()]));
    });

    it('lets in nothing while it is paused', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      await decideBuild(current.store, build.id);
      expect(await current.store.admitBuilds()).toEqual([]);
      expect((await current.store.getQueue()).get(build.id)?.why).toBe(
        'An administrator has paused new builds.',
      );
    });

    it('never exceeds the limits when replicas admit at once', async () => {
      for (let i = 0; i < 6; i++) {
        const { build } = await current.store.insertBuild(
          newBuild({
            entityRef: `component:default/c${i}`,
            ownerRef: `group:default/o${i}`,
          }),
        );
        await decideBuild(current.store, build.id);
      }
      await open();
      const admitted = await Promise.all(
        [1, 2, 3].map(() => current.store.admitBuilds()),
      );
      expect(admitted.flat()).toHaveLength(2);
    });
  });

  describe('builds of this process', () => {
    const replica = { id: 'r1', host: 'h', pid: 1 };
    const options = { replicaId: 'r1', leaseMs: 10_000, limit: 10 };

    it('are leased to its controller from the start', async () => {
      await current.store.register(replica);
      const { build } = await current.store.insertBuild(newBuild());
      const other = { ...options, replicaId: 'r2' };
      expect(await current.store.claimBuild(build.id, other)).toBeUndefined();
      expect(await current.store.claimDueBuilds(other)).toEqual([]);
      const claim = await current.store.claimBuild(build.id, options);
      expect(claim?.snapshot).toEqual(await current.store.getBuild(build.id));
      expect(await current.store.renewLease(claim!, 1000)).toBe('Held');
      expect(await current.store.claimBuild(build.id, options)).toBeUndefined();
    });

    it('are given back with everything else', async () => {
      await current.store.register(replica);
      const { build } = await current.store.insertBuild(newBuild());
      await current.store.unregister('r1');
      const claim = await current.store.claimBuild(build.id, {
        ...options,
        replicaId: 'r2',
      });
      expect(claim).toEqual({ buildId: build.id, token: expect.any(String) });
    });
  });

  describe('tag claims', () => {
    const tag = { repository: 'registry.example.com/a', tag: 'main' };
    const claimant = (buildId: string, sequence: number) => ({
      buildId,
      sequence,
      number: sequence,
      leaseMs: 10_000,
    });
    const A = '7b1e05c9-d2f8-8a60-8b7c-5915ee0482f6';
    const B = '1c90e2f7-d2f8-8a60-8b7c-5915ee0482f6';

    it('are exclusive, and never let a tag go back', async () => {
      expect(await current.store.claimTag(tag, claimant(A, 5))).toEqual({
        state: 'Granted',
      });
      expect(await current.store.claimTag(tag, claimant(A, 5))).toEqual({
        state: 'Granted',
      });
      expect(await current.store.claimTag(tag, claimant(B, 6))).toEqual({
        state: 'Busy',
      });
      await current.store.releaseTag(tag, { ...claimant(A, 5), moved: true });
      expect(await current.store.claimTag(tag, claimant(B, 4))).toEqual({
        state: 'Newer',
        build: { id: A, number: 5 },
      });
      // A retry keeps its original's place, and may move it again.
      expect(await current.store.claimTag(tag, claimant(B, 5))).toEqual({
        state: 'Granted',
      });
    });

    it('count only when the tag was moved, and end by themselves', async () => {
      await current.store.claimTag(tag, { ...claimant(A, 5), leaseMs: -1 });
      expect(await current.store.claimTag(tag, claimant(B, 4))).toEqual({
        state: 'Granted',
      });
      await current.store.releaseTag(tag, { ...claimant(B, 4), moved: false });
      expect(await current.store.claimTag(tag, claimant(A, 3))).toEqual({
        state: 'Granted',
      });
    });
  });

  describe('replicas', () => {
    const replica = { id: 'r1', host: 'h1', pid: 4711 };

    it('are refused on SQLite while another one lives', async () => {
      await current.store.register(replica);
      const second = { id: 'r2', host: 'h2', pid: 1 };
      const answer = await current.store.register(second).then(
        () => 'Registered',
        error => error.code,
      );
      expect(answer).toBe(
        current.databaseId === 'SQLITE_3' ? 'SecondReplica' : 'Registered',
      );
      await current.store.unregister('r1');
      await current.store.unregister('r2');
      await current.store.register(second);
      await current.store.heartbeat(second);
    });

    it('take over at once from one that crashed on the same host', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      const crashed = await openStore(current.knex, {
        isProcessAlive: () => false,
      });
      await crashed.register(replica);
      await crashed.claimBuild(build.id, { replicaId: 'r1', leaseMs: 60_000 });
      await crashed.register({ ...replica, id: 'r2', pid: 4712 });
      const claim = await crashed.claimBuild(build.id, {
        replicaId: 'r2',
        leaseMs: 1000,
      });
      expect(claim !== undefined).toBe(current.databaseId === 'SQLITE_3');
    });

    it('give their leases back when they leave', async () => {
      const { build } = await current.store.insertBuild(newBuild());
      await current.store.register(replica);
      await current.store.claimBuild(build.id, {
        replicaId: 'r1',
        leaseMs: 60_000,
      });
      await current.store.unregister('r1');
      expect(
        await current.store.claimBuild(build.id, {
          replicaId: 'r2',
          leaseMs: 1,
        }),
      ).toBeDefined();
    });
  });

  it('keeps one installation id, and refuses another', async () => {
    const { installationId } = await current.store.getControllerState();
    const again = await openStore(current.knex);
    expect((await again.getControllerState()).installationId).toBe(
      installationId,
    );
    await expect(
      openStore(current.knex, { installationId: 'other' }),
    ).rejects.toMatchObject({ code: 'InstallationMismatch' });
  });
});
