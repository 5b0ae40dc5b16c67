import * as fc from 'fast-check';
import { queuePlaces, selectAdmissions } from './admission';
import type { AdmissionView, QueuedBuild } from './admission';

const queued = (
  id: string,
  owner: string | undefined,
  second = 0,
  priority = 0,
): QueuedBuild => ({
  id,
  ownerRef: owner && `group:default/${owner}`,
  priority,
  queuedAt: new Date(second * 1000),
});
const view = (override: Partial<AdmissionView> = {}): AdmissionView => ({
  mode: 'Open',
  limits: {},
  running: new Map(),
  queue: [],
  ...override,
});

describe('selectAdmissions', () => {
  it('takes turns between owners, the longest wait first', () => {
    const queue = [
      queued('a1', 'a', 1),
      queued('a2', 'a', 2),
      queued('a3', 'a', 3),
      queued('b1', 'b', 4),
      queued('n1', undefined, 5),
    ];
    expect(selectAdmissions(view({ queue }))).toEqual([
      'a1',
      'b1',
      'n1',
      'a2',
      'a3',
    ]);
    const running = new Map([['group:default/a', 2]]);
    expect(
      selectAdmissions(view({ queue, running, limits: { total: 4 } })),
    ).toEqual(['b1', 'n1']);
  });

  it('lets no owner beyond its limit block the others', () => {
    const queue = [queued('a1', 'a', 1), queued('b1', 'b', 2)];
    const running = new Map([['group:default/a', 3]]);
    expect(
      selectAdmissions(view({ queue, running, limits: { perOwner: 3 } })),
    ).toEqual(['b1']);
  });

  it('puts priority before fairness', () => {
    const queue = [queued('a1', 'a', 1), queued('a2', 'a', 2, 5)];
    expect(selectAdmissions(view({ queue, limits: { total: 1 } }))).toEqual([
      'a2',
    ]);
  });

  it('never exceeds a limit, and wastes no place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', undefined), { maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 4 }),
        (owners, total, perOwner, already) => {
          const running = new Map([['group:default/a', already]]);
          const queue = owners.map((owner, i) => queued(`${i}`, owner, i));
          const ids = selectAdmissions(
            view({ queue, running, limits: { total, perOwner } }),
          );
          const count = new Map(running);
          for (const id of ids) {
            const owner = queue[Number(id)].ownerRef ?? '';
            count.set(owner, (count.get(owner) ?? 0) + 1);
          }
          const sum = [...count.values()].reduce((a, b) => a + b, 0);
          expect(sum).toBeLessThanOrEqual(Math.max(total, already));
          for (const [owner, n] of count) {
            expect(n).toBeLessThanOrEqual(
              Math.max(perOwner, running.get(owner) ?? 0),
            );
          }
          const left = queue.some(
            build =>
              !ids.includes(build.id) &&
              (count.get(build.ownerRef ?? '') ?? 0) < perOwner,
          );
          expect(left && sum < total).toBe(false);
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
    );
  });
});

describe('queuePlaces', () => {
  const queue = [queued('a1', 'payments', 1), queued('a2', 'payments', 2)];

  it.each<[string, Partial<AdmissionView>, string]>([
    [
      'the owner is at its limit',
      {
        limits: { perOwner: 3 },
        running: new Map([['group:default/payments', 3]]),
      },
      'payments runs 3 of its 3 builds. Starts when one of them ends.',
    ],
    [
      'the portal is at its limit',
      { limits: { total: 4 }, running: new Map([['x', 4]]) },
      'The portal runs 4 of its 4 builds. Starts when one of them ends.',
    ],
    [
      'it is paused',
      { mode: 'Paused' },
      'An administrator has paused new builds.',
    ],
    [
      'it is drained',
      { mode: 'Draining' },
      'Builds are drained before maintenance.',
    ],
    ['it is its turn', {}, 'Starts now.'],
  ])('says why when %s', (_what, override, why) => {
    expect(queuePlaces(view({ queue, ...override })).get('a1')).toEqual({
      position: 1,
      why,
    });
  });

  it('says that others are ahead', () => {
    const places = queuePlaces(view({ queue, limits: { total: 1 } }));
    expect(places.get('a2')).toEqual({
      position: 2,
      why: 'Other builds are ahead of it. Starts when one of them ends.',
    });
  });
});
