import { created, planError, planOne, planText } from './__testUtils__/plan';

const images = {
  'docker.io/library/alpine:3': {},
  'docker.io/library/alpine:4': {},
};
const history = async (text: string, buildArgs: Record<string, string> = {}) =>
  created(await planOne(text, { buildArgs, images }));

describe('ARG', () => {
  it.each([
    ['a default', 'FROM alpine\nARG a=1', {}, ['ARG a=1']],
    ['no value', 'FROM alpine\nARG a', {}, ['ARG a']],
    ['a given value', 'FROM alpine\nARG a=1', { a: '2' }, ['ARG a=2']],
    ['a given empty value', 'FROM alpine\nARG a=1', { a: '' }, ['ARG a=']],
    [
      'a default from another',
      'FROM alpine\nARG a=1 b="$a x"',
      { a: '2' },
      ['ARG a=2 b=2 x'],
    ],
    ['a global default', 'ARG a=1\nFROM alpine\nARG a', {}, ['ARG a=1']],
    [
      'its own default before the global one',
      'ARG a=1\nFROM alpine\nARG a=2',
      {},
      ['ARG a=2'],
    ],
    [
      'globals do not reach stages by themselves',
      'ARG a=1\nFROM alpine\nENV b=$a',
      {},
      ['ENV b='],
    ],
    [
      'ENV wins',
      'FROM alpine\nENV a=e\nARG a=1\nENV b=$a\nENV a=2\nENV c=$a',
      {},
      ['ENV a=e', 'ARG a=1', 'ENV b=1', 'ENV a=2', 'ENV c=2'],
    ],
    [
      'not below the stage',
      'FROM alpine AS x\nARG a=1\nFROM alpine\nENV b=$a',
      {},
      ['ENV b='],
    ],
    [
      'platforms',
      'FROM alpine\nARG TARGETOS TARGETARCH TARGETVARIANT TARGETSTAGE',
      {},
      [
        'ARG TARGETOS=linux TARGETARCH=amd64 TARGETVARIANT= TARGETSTAGE=default',
      ],
    ],
    [
      'a platform that is given',
      'FROM alpine\nARG TARGETARCH',
      { TARGETARCH: 'z80' },
      ['ARG TARGETARCH=z80'],
    ],
    [
      'prototype names',
      'FROM alpine\nARG constructor',
      {},
      ['ARG constructor'],
    ],
  ])('%s', async (_, text, buildArgs, lines) => {
    expect(await history(text, buildArgs)).toEqual(lines);
  });

  it('before FROM chooses the base', async () => {
    const text = 'ARG V=3\nARG I=alpine:$V\nFROM ${I}';
    expect((await planOne(text, { images })).base?.name).toBe(
      'docker.io/library/alpine:3',
    );
    const given = await planOne(text, { images, buildArgs: { V: '4' } });
    expect(given.base?.name).toBe('docker.io/library/alpine:4');
  });

  it('that steers the SBOM scan is not shown to programs', async () => {
    const image = await planOne(
      'FROM alpine\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nRUN x',
    );
    expect(JSON.stringify(image.root.operation)).not.toContain('SBOM');
  });
});

it('what an image sets wins over an argument of the stage below', async () => {
  const image = await planOne(
    'FROM alpine AS a\nENV x=image\nARG x=argument\nFROM a\nENV y=$x',
  );
  expect(created(image).at(-1)).toBe('ENV y=image');
});

describe('SOURCE_DATE_EPOCH', () => {
  it('dates the history', async () => {
    const plan = await planText('FROM alpine\nENV a=1', {
      buildArgs: { SOURCE_DATE_EPOCH: '86400' },
    });
    expect(plan.sourceDateEpoch).toBe(86_400);
    expect(plan.images[0].history[0].entry).toEqual({
      created: '1970-01-02T00:00:00.000Z',
      created_by: 'ENV a=1',
      comment: 'buildkit.dockerfile.v0',
      empty_layer: true,
    });
    const option = await planText('FROM alpine', {
      sourceDateEpoch: 0,
      buildArgs: { SOURCE_DATE_EPOCH: '1' },
    });
    expect(option.sourceDateEpoch).toBe(0);
    expect(
      (await planText('FROM alpine', { buildArgs: { SOURCE_DATE_EPOCH: '' } }))
        .sourceDateEpoch,
    ).toBeUndefined();
  });

  it.each(['yesterday', '-1', '1e9', '999999999999999'])(
    'refuses %s',
    async text => {
      const error = await planError('FROM alpine', {
        buildArgs: { SOURCE_DATE_EPOCH: text },
      });
      expect(error.message).toContain('it takes whole seconds since 1970');
    },
  );
});

describe('limits', () => {
  const doubling = (count: number) =>
    [
      'FROM alpine',
      'ENV a=0123456789',
      ...Array.from({ length: count }, () => 'ENV a=$a$a'),
    ].join('\n');

  it.each([
    ['a word that doubles', doubling(40), 'longer than'],
    [
      'many large variables',
      `FROM alpine\nENV a=${'x'.repeat(60_000)}\n${Array.from(
        { length: 60 },
        (_, index) => `ENV b${index}=$a$a`,
      ).join('\n')}`,
      'together',
    ],
    [
      'large labels',
      `FROM alpine\nENV a=${'x'.repeat(60_000)}\n${Array.from(
        { length: 2000 },
        (_, index) => `LABEL b${index}=$a$a`,
      ).join('\n')}`,
      'expand to more than',
    ],
    [
      'large environments in many stages',
      `FROM alpine AS s0\nENV a=${'x'.repeat(60_000)}\n${Array.from(
        { length: 3000 },
        (_, index) => `FROM s${index} AS s${index + 1}`,
      ).join('\n')}`,
      'expand to more than',
    ],
    [
      'many arguments in many histories',
      `FROM alpine\n${Array.from(
        { length: 100 },
        (_, index) => `ARG a${index}=${'x'.repeat(2000)}`,
      ).join('\n')}\n${'RUN x\n'.repeat(400)}`,
      'expand to more than',
    ],
  ])('%s', async (_, text, message) => {
    expect((await planError(text)).message).toContain(message);
  });

  it('many unknown variables are warned of, up to a number', async () => {
    const words = Array.from(
      { length: 9000 },
      (_, index) => `ENV v${index}=$nothing_${index}`,
    );
    const { warnings } = await planText(`FROM alpine\n${words.join('\n')}`);
    expect(warnings).toHaveLength(1000);
  });
});
