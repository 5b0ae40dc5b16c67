import {
  created,
  operationOf,
  planError,
  planOne,
  type PlanTextOptions,
} from './__testUtils__/plan';

async function copy(text: string, options: PlanTextOptions = {}) {
  const image = await planOne(`FROM alpine\n${text}`, options);
  return {
    image,
    operation: operationOf(image.root, 'copy'),
    createdBy: created(image).at(-1),
    inputs: image.root.inputs,
  };
}

const plain = {
  kind: 'copy',
  literal: true,
  exclude: [],
  parents: false,
  link: false,
  unpack: false,
  keepOwners: false,
};

describe('COPY and ADD of local files', () => {
  it.each([
    [
      'COPY a b /c/',
      { ...plain, sources: ['a', 'b'], destination: '/c/' },
      'COPY a b /c/ # buildkit',
    ],
    [
      'ENV v=x\nCOPY $v*.txt ${v}/',
      { ...plain, literal: false, sources: ['x*.txt'], destination: '/x/' },
      'COPY x*.txt x/ # buildkit',
    ],
    [
      'COPY a .',
      { ...plain, sources: ['a'], destination: '/' },
      'COPY a . # buildkit',
    ],
    [
      'WORKDIR /w\nCOPY a .',
      { ...plain, sources: ['a'], destination: '/w/' },
      undefined,
    ],
    [
      'WORKDIR /w\nCOPY a ../b/./c',
      { ...plain, sources: ['a'], destination: '/b/c' },
      undefined,
    ],
    [
      'COPY a /b/.',
      { ...plain, sources: ['a'], destination: '/b/' },
      undefined,
    ],
    [
      'COPY --chown=$u:2 --chmod=u=rwX,go=rX a /b',
      {
        ...plain,
        sources: ['a'],
        destination: '/b',
        chown: ':2',
        chmod: 'u=rwX,go=rX',
      },
      'COPY --chown=:2 --chmod=u=rwX,go=rX a /b # buildkit',
    ],
    [
      'COPY --parents --exclude=*.md --exclude=!x.md ./a/./b /c/',
      {
        ...plain,
        parents: true,
        exclude: ['*.md', '!x.md'],
        sources: ['./a/./b'],
        destination: '/c/',
      },
      'COPY --parents ./a/./b /c/ # buildkit',
    ],
    [
      'COPY --link a /b',
      { ...plain, link: true, sources: ['a'], destination: '/b' },
      'COPY a /b # buildkit',
    ],
    // Together with a mode BuildKit copies the usual way.
    [
      'COPY --link --chmod=755 a /b',
      { ...plain, chmod: '755', sources: ['a'], destination: '/b' },
      undefined,
    ],
    [
      'ADD a.tgz /b',
      { ...plain, unpack: true, sources: ['a.tgz'], destination: '/b' },
      'ADD a.tgz /b # buildkit',
    ],
    [
      'ADD --unpack=false a.tgz /b',
      { ...plain, sources: ['a.tgz'], destination: '/b' },
      undefined,
    ],
    [
      'COPY github.com/a/b /c',
      { ...plain, sources: ['github.com/a/b'], destination: '/c' },
      undefined,
    ],
  ])('%j', async (text, operation, createdBy) => {
    const result = await copy(text);
    expect(result.operation).toEqual(operation);
    expect(result.createdBy).toBe(createdBy ?? result.createdBy);
    expect(result.inputs[1].operation).toEqual({
      kind: 'context',
      name: 'default',
    });
    expect(result.image.history.at(-1)?.vertex).toBe(result.image.root);
  });

  it('all take from one context vertex', async () => {
    const { image, inputs } = await copy('COPY a /\nADD b /');
    expect(image.root.inputs[0].inputs[1]).toBe(inputs[1]);
  });

  it.each([
    ['COPY --chmod=9 a b', '--chmod="9" is no mode'],
    ['COPY --chmod=10000 a b', 'is no mode'],
    ['COPY --chmod=u+q a b', 'is no mode'],
    [
      'COPY https://x.example/a /b',
      'COPY takes no address ("https://x.example/a"); use ADD',
    ],
    ['COPY git@github.com:a/b.git /c', 'use ADD'],
    ['ADD --checksum=sha256:00 a /b', 'not the path "a"'],
    ['ADD --checksum=x https://x.example/a b /c/', 'exactly one source'],
    ['ADD --checksum=sha256:00 https://x.example/a /b', 'is no digest'],
    ['ADD http://[ /b', 'is no address'],
  ])('%s is refused', async (text, message) => {
    const error = await planError(`FROM alpine\n${text}`);
    expect(error.message).toMatch(/^Dockerfile:2: /);
    expect(error.message).toContain(message);
  });
});

describe('COPY and ADD of heredocs', () => {
  it('expand variables unless the word is quoted', async () => {
    const { operation, inputs, createdBy } = await copy(
      'ARG v=1\nCOPY x <<A <<-"B" /d/\n"$v" \\$v\nA\n\t$v\n\tB',
    );
    expect(operation).toEqual({
      ...plain,
      sources: ['x'],
      destination: '/d/',
      more: [
        {
          ...{ input: 2, sources: ['A', 'B'], literal: true, parents: false },
          ...{ unpack: false, keepOwners: false },
        },
      ],
    });
    expect(operationOf(inputs[2], 'inline').files).toEqual([
      { name: 'A', content: '"1" $v\n' },
      { name: 'B', content: '$v\n' },
    ]);
    expect(createdBy).toBe('COPY x <<A <<B /d/ # buildkit');
  });

  it('may be all there is', async () => {
    const { operation, inputs } = await copy('COPY <<a.txt /d\nx\na.txt');
    expect(operation).toEqual({
      ...plain,
      sources: ['a.txt'],
      destination: '/d',
    });
    expect(inputs).toHaveLength(2);
  });
});

describe('ADD from elsewhere', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  it.each([
    ['https://x.example/d/a%20b.tgz?q=1', 'a b.tgz'],
    ['http://x.example/d/', 'd'],
    ['https://x.example', '__unnamed__'],
    ['https://x.example/a%2Fb', '__unnamed__'],
    ['https://x.example/a%ff', 'a%ff'],
  ])('%s is the file %s', async (url, filename) => {
    const { operation, inputs } = await copy(`ADD ${url} /x`);
    expect(operation).toEqual({
      ...plain,
      sources: [filename],
      destination: '/x',
    });
    expect(inputs[1].operation).toEqual({ kind: 'http', url, filename });
  });

  it('checks and unpacks when told to', async () => {
    const { operation, inputs } = await copy(
      `ARG sum=${digest}\nADD --checksum=$sum --unpack https://x.example/a /b`,
    );
    expect(operation).toMatchObject({ unpack: true });
    expect(inputs[1].operation).toMatchObject({ checksum: digest });
  });

  it('shows no password', async () => {
    const { image, createdBy } = await copy('ADD https://me:pw@x.example/a /b');
    expect(createdBy).toBe('ADD https://***@x.example/a /b # buildkit');
    expect(image.root.label.title).not.toContain('pw');
    expect(image.root.inputs[1].label.title).not.toContain('pw');
  });

  it.each([
    [
      'https://x.example/a.git#v1:sub',
      {
        url: 'https://x.example/a.git',
        ref: 'v1',
        subdirectory: 'sub',
        keepGitDirectory: false,
      },
    ],
    [
      '--keep-git-dir git@x.example:a/b',
      { url: 'git@x.example:a/b', keepGitDirectory: true },
    ],
    [
      '--checksum=abcdef1 https://x.example/a.git?tag=v1',
      {
        url: 'https://x.example/a.git',
        ref: 'refs/tags/v1',
        checksum: 'abcdef1',
        keepGitDirectory: false,
      },
    ],
    [
      '--keep-git-dir=true https://x.example/a.git?keep-git-dir&submodules=0',
      {
        url: 'https://x.example/a.git',
        keepGitDirectory: true,
        skipSubmodules: true,
      },
    ],
  ])('git: %s', async (text, operation) => {
    const { operation: copied, inputs } = await copy(`ADD ${text} /src/`);
    expect(copied).toEqual({ ...plain, sources: ['/'], destination: '/src/' });
    expect(inputs[1].operation).toEqual({ kind: 'git', ...operation });
    expect(inputs[1].label.position).toMatchObject({ line: 2 });
  });

  it.each([
    [
      '--keep-git-dir=false https://x.example/a.git?keep-git-dir',
      'different things',
    ],
    [
      '--checksum=abcdef1 https://x.example/a.git?commit=abcdef2',
      'different things',
    ],
    ['--checksum=master https://x.example/a.git', 'is no git commit'],
    ['https://x.example/a.git?branch=a&tag=b', 'several revisions'],
  ])('git: %s is refused', async (text, message) => {
    const error = await planError(`FROM alpine\nADD ${text} /src/`);
    expect(error.message).toContain(message);
  });

  it('keeps the order of different kinds in one layer', async () => {
    const { operation, inputs, image } = await copy(
      'ADD a https://x.example/b c d https://x.example/e.git /f/',
    );
    const rest = { literal: true, parents: false, keepOwners: false };
    expect(operation).toMatchObject({ sources: ['a'], unpack: true });
    expect(operation.more).toEqual([
      { input: 2, sources: ['b'], unpack: false, ...rest },
      { input: 3, sources: ['c', 'd'], unpack: true, ...rest },
      { input: 4, sources: ['/'], unpack: false, ...rest },
    ]);
    expect(inputs.map(input => input.operation.kind)).toEqual([
      ...['image', 'context', 'http', 'context', 'git'],
    ]);
    expect(image.history.filter(({ vertex }) => vertex)).toHaveLength(1);
  });
});

describe('WORKDIR', () => {
  it('makes the directory for the present user', async () => {
    const image = await planOne(
      'FROM alpine\nUSER u:g\nWORKDIR /a\nWORKDIR b/../c',
    );
    expect(image.root.operation).toEqual({
      kind: 'makeDirectory',
      path: '/a/c',
      mode: 0o755,
      user: 'u:g',
    });
    expect(created(image)).toEqual(['USER u:g', 'WORKDIR /a', 'WORKDIR /a/c']);
    expect(image.config.config?.WorkingDir).toBe('/a/c');
  });
});
