import { newBuild } from '../__testUtils__/newBuild';
import { describeStore } from '../__testUtils__/describeStore';
import { testContext } from '../../domain/__testUtils__/fixtures';
import { decideBuild } from '../__testUtils__/queueBuild';
import { Draft } from '../../domain/Draft';

describeStore(
  'commitDecision',
  { limits: { total: 2, perOwner: 1 } },
  current => {
    describe('commitDecision', () => {
      it('refuses what was decided on an older version', async () => {
        const { build } = await current.store.insertBuild(newBuild());
        const before = await current.store.getBuild(build.id);
        await current.store.requestCancel(build.id, 'user:default/guest');
        const draft = new Draft(before!, testContext);
        draft.enter('Failed', 'no');
        expect(
          await current.store.commitDecision(draft.toDecision().transition!),
        ).toBeUndefined();
        expect((await current.store.getBuild(build.id))?.build.phase).toBe(
          'Pending',
        );
        expect(await current.store.listEvents(build.id)).toHaveLength(1);
      });

      it('writes build, tasks, attempts, history and outbox together', async () => {
        const { build } = await current.store.insertBuild(newBuild());
        const { build: queued } = await decideBuild(current.store, build.id);
        expect(queued.version).toBe(2);
        const [admission] = await current.store.admitBuilds();
        expect(admission).toMatchObject({ buildId: build.id, version: 3 });
        const snapshot = await current.store.getBuild(build.id);
        const draft = new Draft(snapshot!, testContext);
        draft.tasks.push({
          id: draft.build.plan!.tasks[0].id,
          buildId: build.id,
          position: 0,
          variant: 'default',
          platform: { os: 'linux', architecture: 'arm64', cpuVariant: 'v8' },
          phase: 'Starting',
          maxAttempts: 3,
        });
        draft.attempts.push({
          id: '7b1e05c9-d2f8-8a60-8b7c-5915ee0482f6',
          buildId: build.id,
          taskId: draft.tasks[0].id,
          number: 1,
          phase: 'Requested',
          cluster: 'prod-eu',
          name: 'buildog-x',
          logTransport: 'follow',
          containers: [
            {
              name: 'init',
              state: 'Terminated',
              exitCode: 0,
              finishedAt: testContext.now,
            },
          ],
          createdAt: testContext.now,
          deadlineAt: testContext.now,
          tries: 0,
        });
        draft.enter('Running', 'The task starts.');
        const committed = await current.store.commitDecision(
          draft.toDecision().transition!,
        );
        expect(await current.store.getBuild(build.id)).toEqual(committed);
        expect(
          (await current.store.listEvents(build.id)).map(e => e.type),
        ).toEqual(['Requested', 'Queued', 'Running']);
        const messages = await current.store.claimOutbox({
          limit: 10,
          leaseMs: 10_000,
        });
        expect(messages.map(m => m.phase)).toEqual(['Queued', 'Running']);
      });

      it('keeps step counts that were written past it', async () => {
        const { build } = await current.store.insertBuild(newBuild());
        const queued = await decideBuild(current.store, build.id);
        const draft = new Draft(queued, testContext);
        draft.tasks.push({
          id: draft.build.plan!.tasks[0].id,
          buildId: build.id,
          position: 0,
          variant: 'default',
          platform: { os: 'linux', architecture: 'amd64' },
          phase: 'Starting',
          maxAttempts: 3,
        });
        const running = await current.store.commitDecision(
          draft.toDecision().transition!,
        );
        const counts = { totalSteps: 12, cachedSteps: 3, completedSteps: 6 };
        await current.store.updateSteps(draft.tasks[0].id, counts);
        const later = new Draft(running!, testContext);
        later.tasks[0].phase = 'Building';
        await current.store.commitDecision(later.toDecision().transition!);
        expect(
          (await current.store.getBuild(build.id))?.tasks[0],
        ).toMatchObject({
          phase: 'Building',
          ...counts,
        });
      });

      it('supersedes older waiting builds of the branch, and no others', async () => {
        const older = await current.store.insertBuild(newBuild());
        const otherBranch = await current.store.insertBuild(
          newBuild({ inputs: { branch: 'next' } }),
        );
        const newer = await current.store.insertBuild(newBuild());
        await decideBuild(current.store, older.build.id);
        await decideBuild(current.store, otherBranch.build.id);
        await decideBuild(current.store, newer.build.id);
        const superseded = async (id: string) =>
          (await current.store.getBuild(id))?.build.supersededBy;
        expect(await superseded(older.build.id)).toEqual({
          id: newer.build.id,
          number: 3,
        });
        expect(await superseded(otherBranch.build.id)).toBeUndefined();
        expect(await superseded(newer.build.id)).toBeUndefined();
      });
    });

    describe('outbox', () => {
      it('holds back later messages of a build until the earlier are delivered', async () => {
        const { build } = await current.store.insertBuild(newBuild());
        await decideBuild(current.store, build.id);
        const [first] = await current.store.claimOutbox({
          limit: 1,
          leaseMs: 10_000,
        });
        expect(first.at).toEqual(testContext.now);
        const draft = new Draft(
          (await current.store.getBuild(build.id))!,
          testContext,
        );
        draft.enter('Rejected', 'no');
        await current.store.commitDecision(draft.toDecision().transition!);
        expect(
          await current.store.claimOutbox({ limit: 5, leaseMs: 10_000 }),
        ).toEqual([]);
        await current.store.acknowledgeOutbox([first.id]);
        const [second] = await current.store.claimOutbox({
          limit: 5,
          leaseMs: -1,
        });
        expect(second).toMatchObject({ phase: 'Rejected' });
        const [repeated] = await current.store.claimOutbox({
          limit: 5,
          leaseMs: 1,
        });
        expect(repeated.id).toBe(second.id);
      });
    });
  },
);
