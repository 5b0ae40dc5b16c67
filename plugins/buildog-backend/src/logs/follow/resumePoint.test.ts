import { MemoryLogStore } from '@buildog/plugin-buildog-node/testing';
import { resumePoint } from './resumePoint';

const key = { buildId: 'b', attemptId: 'a', container: 'c' };
const at = (second: number, text: string) =>
  `2026-01-01T00:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(
    second % 60,
  ).padStart(2, '0')}.5Z ${text}`;
const instant = (second: number) =>
  new Date(Date.UTC(2026, 0, 1, 0, 0, second));

async function pointOf(stored: string) {
  const store = new MemoryLogStore();
  if (stored) await store.append(key, 0, Buffer.from(stored));
  const { known, ...rest } = await resumePoint(
    store,
    key,
    (await store.stat(key))?.size ?? 0,
  );
  return { ...rest, known: known.map(line => Buffer.from(line).toString()) };
}

describe('resumePoint', () => {
  it('begins at the beginning of an empty stream', async () => {
    expect(await pointOf('')).toEqual({ offset: 0, known: [], partial: false });
  });

  it('knows the lines of the last second, and no earlier ones', async () => {
    const lines = [at(1, 'a'), at(5, 'b'), at(9, 'c'), at(9, 'd')];
    expect(await pointOf(`${lines.join('\n')}\n`)).toEqual({
      offset: lines.join('\n').length + 1,
      since: instant(9),
      known: [lines[2], lines[3]],
      partial: false,
    });
  });

  it('knows a line that stands out of order', async () => {
    const lines = [at(1, 'a'), at(9, 'b'), at(8, 'late'), at(9, 'c')];
    const { known, since } = await pointOf(`${lines.join('\n')}\n`);
    expect({ known, since }).toEqual({
      known: [lines[1], lines[3]],
      since: instant(9),
    });
  });

  it.each([
    ['inside a text', at(9, 'd').slice(0, -1)],
    ['inside a time', at(9, 'd').slice(0, 12)],
  ])('knows a last line that was cut %s', async (_, rest) => {
    const point = await pointOf(`${at(1, 'a')}\n${at(9, 'c')}\n${rest}`);
    expect(point).toMatchObject({
      since: instant(9),
      known: [at(9, 'c'), rest],
      partial: true,
    });
  });

  it('asks for everything when not even one time was stored', async () => {
    expect(await pointOf('2026-01')).toEqual({
      offset: 7,
      known: ['2026-01'],
      partial: true,
    });
  });

  it('finds the start of a line that is longer than a block', async () => {
    const long = at(9, 'x'.repeat(300_000));
    const { known, since } = await pointOf(`${at(1, 'a')}\n${long}\n`);
    expect(since).toEqual(instant(9));
    expect(known).toEqual([long]);
  });

  it('knows every line of a busy second', async () => {
    const busy = Array.from({ length: 5_000 }, (_, i) => at(9, `line ${i}`));
    const { known } = await pointOf(`${at(1, 'a')}\n${busy.join('\n')}\n`);
    expect(known).toEqual(busy);
  });
});
