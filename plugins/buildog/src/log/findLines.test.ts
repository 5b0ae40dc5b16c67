import { findLines } from './findLines';
import { LogDocument } from './LogDocument';

function documentOf(lines: string[]): LogDocument {
  const document = new LogDocument();
  document.append({
    container: 'build',
    offset: 0,
    bytes: new TextEncoder().encode(lines.map(l => `${l}\n`).join('')),
  });
  return document;
}

async function all(document: LogDocument, query: string, clock: () => number) {
  const found: number[] = [];
  let slices = 0;
  for await (const part of findLines(document, query, { clock })) {
    found.push(...part.found);
    slices++;
  }
  return { found, slices };
}

it('finds lines through colours and without regard to case', async () => {
  const document = documentOf(['\x1b[31mEr\x1b[0mror', 'fine', 'ERROR again']);
  await expect(all(document, 'error', () => 0)).resolves.toEqual({
    found: [0, 2],
    slices: 1,
  });
});

it('lets the page breathe when its time is up', async () => {
  let now = 0;
  const document = documentOf(
    Array.from({ length: 4000 }, (_, i) => `line ${i}`),
  );
  const { found, slices } = await all(document, 'line', () => (now += 5));
  expect(found).toHaveLength(4000);
  expect(slices).toBeGreaterThan(2);
});
