import {
  alpine,
  amd64,
  arm64,
  chain,
  KnownImages,
  operationOf,
  planError,
  planOne,
  planText,
} from './__testUtils__/plan';

const node = 'docker.io/library/node:22';
const images = { [alpine]: {}, [node]: {} };

describe('stages', () => {
  it('are planned when the target needs them, and only then', async () => {
    const resolver = new KnownImages({ [alpine]: {} });
    const image = await planOne(
      [
        'FROM node:22 AS unused',
        'RUN fail',
        'FROM alpine AS build',
        'RUN make',
        'FROM scratch',
        'COPY --from=build --chown=1 /out /',
        'FROM broken:1',
      ].join('\n'),
      { resolver, target: '2' },
    );
    expect(resolver.asked).toEqual([`${alpine} linux/amd64`]);
    const [scratch, build] = image.root.inputs;
    expect(scratch.operation.kind).toBe('scratch');
    expect(operationOf(build, 'exec').args).toContain('make');
    expect(operationOf(image.root, 'copy').keepOwners).toBe(true);
    expect(image.base).toBeUndefined();
  });

  it('continue others, with all they have set', async () => {
    const image = await planOne(
      [
        'FROM alpine AS base',
        'ARG a=1',
        'ENV b=2',
        'USER u',
        'WORKDIR /w',
        'SHELL ["/s"]',
        'RUN first',
        'FROM base',
        'RUN second',
      ].join('\n'),
    );
    expect(operationOf(image.root, 'exec')).toMatchObject({
      args: ['/s', 'second'],
      env: expect.arrayContaining(['a=1', 'b=2']),
      cwd: '/w',
      user: 'u',
    });
    expect(image.history.at(-1)?.entry.created_by).toBe(
      'RUN |1 a=1 /s second # buildkit',
    );
    expect(
      image.history.filter(({ vertex }) => vertex).map(({ vertex }) => vertex),
    ).toEqual(chain(image.root).slice(1));
  });

  it('are found by name in any case, by number, and by target', async () => {
    const text =
      'FROM alpine AS One\nRUN 1\nFROM alpine\nCOPY --from=ONE /a /\nCOPY --from=0 /b /';
    const image = await planOne(text);
    expect(image.root.inputs[1]).toBe(image.root.inputs[0].inputs[1]);
    const target = await planOne(text, { target: 'oNe' });
    expect(operationOf(target.root, 'exec').args).toContain('1');
  });

  it('the same name twice: the nearer one above', async () => {
    const image = await planOne(
      'FROM alpine AS a\nRUN 1\nFROM a AS a\nRUN 2\nFROM a\nRUN 3',
    );
    const commands = chain(image.root).flatMap(({ operation }) =>
      operation.kind === 'exec' ? [operation.args.at(-1)] : [],
    );
    expect(commands).toEqual(['1', '2', '3']);
  });

  it('images may be named by COPY --from', async () => {
    const resolver = new KnownImages(images);
    const image = await planOne(
      'FROM --platform=$BUILDPLATFORM alpine\nCOPY --from=node:22 /a /\nCOPY --from=scratch /b /',
      { resolver, platforms: [arm64] },
    );
    expect(resolver.asked.sort()).toEqual([
      `${alpine} linux/amd64`,
      `${node} linux/arm64`,
    ]);
    expect(image.root.inputs[1].operation.kind).toBe('scratch');
  });

  it.each([
    [
      'FROM alpine AS a\nCOPY --from=a /x /',
      'the stages need each other: a → a (line 2)',
    ],
    [
      'FROM alpine AS a\nCOPY --from=b /x /\nFROM alpine AS b\nRUN --mount=from=a,target=/y z\nFROM alpine',
      'a → b → a (line 2, line 4)',
    ],
    [
      'FROM alpine AS a\nCOPY --from=c /x /\nFROM a AS b\nFROM b AS c\nFROM b',
      'a → c → b → a (line 2, line 4, line 3)',
    ],
    [
      'FROM alpine AS a\nCOPY --from=b /x /\nFROM alpine AS b\nFROM a',
      'the stage b starts in line 3, below this one; move it above a',
    ],
    [
      'FROM alpine AS a\nRUN --mount=from=b,target=/m x\nFROM alpine AS b\nFROM a',
      'below this one',
    ],
    [
      'FROM alpine\nCOPY --from=3 /x /',
      'there is no stage number 3; the last one is 0',
    ],
    ['FROM alpine\nCOPY --from=-1 /x /', 'there is no stage number -1'],
    [
      'FROM alpine AS builder\nFROM alpine\nCOPY --from=$x /x /',
      '--from takes no variables',
    ],
    [
      'FROM alpine AS builder\nFROM alpine\nCOPY --from=buidler /x /',
      'did you mean the stage builder?',
    ],
    ['FROM alpine AS builder\nFROM buildr', 'did you mean the stage builder?'],
    ['FROM Alpine', 'lower case'],
    ['FROM $x', 'is empty once its variables are put in; $x is not declared'],
    ['FROM ${x:?needed}', 'x: needed'],
    ['FROM --platform=$x alpine', '--platform=$x is empty'],
    ['FROM --platform=linux/amd64/x/y alpine', 'is no platform'],
  ])('%j: %s', async (text, message) => {
    const error = await planError(text, { images });
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^Dockerfile:\d+: /);
  });

  it('say what the resolver found wrong, and where', async () => {
    const error = await planError('FROM alpine\nFROM nowhere AS x');
    expect(error).toMatchObject({
      kind: 'registry',
      details: {
        stage: 'x',
        platform: 'linux/amd64',
        instruction: 'FROM nowhere AS x',
        position: { line: 2 },
      },
    });
  });

  it('pass on other failures of the resolver, and the end of the caller', async () => {
    const broken = new KnownImages({});
    broken.resolveImage = async () => {
      throw new TypeError('bug');
    };
    await expect(planText('FROM alpine', { resolver: broken })).rejects.toThrow(
      TypeError,
    );
  });

  it('target: an unknown name', async () => {
    const error = await planError('FROM alpine AS prod', { target: 'prdo' });
    expect(error.message).toContain(
      'there is no stage "prdo" to build; did you mean prod?',
    );
  });

  it('chains of thousands do not overflow', async () => {
    const names = Array.from({ length: 4000 }, (_, index) => `s${index}`);
    const text = names.map(
      (name, index) => `FROM ${names[index - 1] ?? 'alpine'} AS ${name}`,
    );
    const image = await planOne(text.join('\n'));
    expect(image.root.operation.kind).toBe('image');
  });
});

describe('ONBUILD', () => {
  it('runs the triggers of a base image first, and may need more images', async () => {
    const resolver = new KnownImages({
      [alpine]: {
        config: { OnBuild: ['ARG a=1', 'COPY --from=node:22 /x /', 'RUN t'] },
      },
      [node]: { config: { OnBuild: ['RUN never'] } },
    });
    const image = await planOne('FROM alpine AS b\nRUN own\nFROM b\nRUN last', {
      resolver,
    });
    const titles = chain(image.root).map(({ label }) => label.title);
    expect(titles.slice(1)).toEqual([
      '[b 2/4] COPY --from=node:22 /x /',
      '[b 3/4] RUN t',
      '[b 4/4] RUN own',
      '[stage-1 1/1] RUN last',
    ]);
    expect(image.config.config?.OnBuild).toBeUndefined();
    expect(image.history[0].entry.created_by).toBe('ARG a=1');
    expect(image.root.inputs[0].label.position).toMatchObject({ line: 2 });
    expect(chain(image.root)[1].label.position).toMatchObject({ line: 1 });
  });

  it('of a stage runs in stages on top of it, once', async () => {
    const image = await planOne(
      'FROM alpine AS a\nONBUILD RUN t\nRUN 1\nFROM a AS b\nRUN 2\nFROM b\nRUN 3',
    );
    const commands = chain(image.root).flatMap(({ operation }) =>
      operation.kind === 'exec' ? [operation.args.at(-1)] : [],
    );
    expect(commands).toEqual(['1', 't', '2', '3']);
  });

  it('that can not be read is an error of its FROM', async () => {
    const error = await planError('FROM alpine', {
      images: { [alpine]: { config: { OnBuild: ['RNU x'] } } },
    });
    expect(error.message).toContain(
      'Dockerfile:1: unknown instruction "RNU"; did you mean RUN?',
    );
  });
});

describe('named contexts', () => {
  it.each([
    [
      'an image for an image',
      { alpine: { type: 'image', reference: 'node:22' } } as const,
    ],
    [
      'an image by its full name',
      {
        'docker.io/library/alpine:latest': { type: 'image', reference: node },
      } as const,
    ],
    [
      'an image for one platform',
      {
        'alpine::linux/amd64': { type: 'image', reference: node },
        alpine: { type: 'folder' },
      } as const,
    ],
  ])('%s', async (_, namedContexts) => {
    const image = await planOne('FROM alpine', { images, namedContexts });
    expect(image.base?.name).toBe(node);
  });

  it('a folder for a stage, with nothing of what the stage does', async () => {
    const image = await planOne(
      'FROM broken AS deps\nRUN x\nFROM alpine\nCOPY --from=deps a /',
      {
        namedContexts: { deps: { type: 'folder' } },
      },
    );
    expect(image.root.inputs[1].operation).toEqual({
      kind: 'context',
      name: 'deps',
    });
  });

  it('a folder to copy from, and to start from', async () => {
    const namedContexts = { files: { type: 'folder' } } as const;
    const copied = await planOne('FROM alpine\nCOPY --from=files a /', {
      namedContexts,
    });
    expect(copied.root.inputs[1].operation).toEqual({
      kind: 'context',
      name: 'files',
    });
    const based = await planOne('FROM files\nLABEL a=1', { namedContexts });
    expect(operationOf(based.root, 'copy').sources).toEqual(['/']);
    expect(based.root.inputs.map(({ operation }) => operation.kind)).toEqual([
      'scratch',
      'context',
    ]);
    expect(based.history.map(({ entry }) => entry.created_by)).toEqual([
      'COPY files / # buildkit',
      'LABEL a=1',
    ]);
  });

  it('a git repository', async () => {
    const image = await planOne('FROM alpine\nCOPY --from=src a /', {
      namedContexts: {
        src: { type: 'git', url: 'https://x.example/a.git#v1' },
      },
    });
    expect(image.root.inputs[1].operation).toMatchObject({
      kind: 'git',
      ref: 'v1',
    });
    const error = await planError('FROM alpine\nCOPY --from=src a /', {
      namedContexts: { src: { type: 'git', url: 'https://x.example/a' } },
    });
    expect(error.message).toContain('is no git address');
  });

  it('a stage, also a later one, but never itself', async () => {
    const text =
      'FROM alpine AS a\nCOPY --from=lib /x /\nFROM alpine AS b\nRUN 1\nFROM a';
    const image = await planOne(text, {
      namedContexts: { lib: { type: 'stage', stage: 'b' } },
    });
    expect(operationOf(image.root.inputs[1], 'exec').args).toContain('1');
    const error = await planError(text, {
      namedContexts: { lib: { type: 'stage', stage: 'a' } },
    });
    expect(error.message).toContain('need each other: a → lib → a');
  });

  it('scratch can not be replaced', async () => {
    const image = await planOne('FROM scratch', {
      namedContexts: { scratch: { type: 'folder' } },
    });
    expect(image.root.operation.kind).toBe('scratch');
  });
});

it('plans each platform, and asks for each image once', async () => {
  const resolver = new KnownImages(images);
  const plan = await planText(
    [
      'FROM --platform=$BUILDPLATFORM node:22 AS build',
      'ARG TARGETARCH TARGETPLATFORM BUILDPLATFORM TARGETVARIANT',
      'RUN make',
      'FROM alpine',
      'COPY --from=build /a /',
    ].join('\n'),
    {
      resolver,
      platforms: [
        amd64,
        { ...arm64, variant: 'v8' },
        { os: 'linux', architecture: 'arm' },
      ],
    },
  );
  expect(resolver.asked.sort()).toEqual([
    `${alpine} linux/amd64`,
    `${alpine} linux/arm/v7`,
    `${alpine} linux/arm64`,
    `${node} linux/amd64`,
  ]);
  expect(
    plan.images.map(({ platform, config }) => [
      platform,
      config.architecture,
      config.variant,
    ]),
  ).toEqual([
    [amd64, 'amd64', undefined],
    [arm64, 'arm64', undefined],
    [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'arm', 'v7'],
  ]);
  const [, second] = plan.images;
  const make = second.root.inputs[1];
  expect(operationOf(make, 'exec')).toMatchObject({
    platform: amd64,
    env: expect.arrayContaining([
      'TARGETARCH=arm64',
      'TARGETPLATFORM=linux/arm64',
      'BUILDPLATFORM=linux/amd64',
      'TARGETVARIANT=',
    ]),
  });
  expect(make.label.title).toBe('[linux/amd64 build 2/2] RUN make');
});
